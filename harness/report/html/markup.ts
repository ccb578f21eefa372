/** Markup from templates: whatever is put in is escaped, unless it is markup itself.
 *  Every element is closed, so that the page is well-formed XML too and a test can say so.
 *  Leaves out: attributes without quotes, scripts. */

import { visible } from '../words.ts';

export interface Markup {
  readonly markup: string;
}

type Value = Markup | string | number | null | readonly Markup[];

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeText = (text: string): string => visible(text).replace(/[&<>"']/g, (c) => ENTITIES[c]!);

const render = (value: Value): string => {
  if (value === null) return '';
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return String(value);
  if ('markup' in value) return value.markup;
  return value.map(render).join('');
};

export const html = (parts: TemplateStringsArray, ...values: Value[]): Markup => ({
  markup: parts.reduce((text, part, i) => text + render(values[i - 1] ?? null) + part),
});

/** A coordinate with as many digits as a screen can show. */
export const px = (value: number): number => Math.round(value * 100) / 100;
