/** How an outcome looks: a colour, and for outcomes that nobody wants a texture of its own.
 *  Blue against red and orange, different in lightness and texture: for any colour vision.
 *  Leaves out: whether an outcome passed in a given run, which depends on the station. */

import type { Outcome } from '../../verdict/verdict.ts';
import { WORST_FIRST } from '../words.ts';
import { html, type Markup } from './markup.ts';

/** Colour; then strokes drawn on a 6 x 6 tile, or null for a plain one. */
const LOOKS: Record<Outcome, { color: string; strokes: string | null; ink: string }> = {
  updated: { color: '#2f74b5', strokes: null, ink: '#fff' },
  'kept-old': { color: '#7fb4e0', strokes: null, ink: '#fff' },
  'needs-host': { color: '#c3dcf2', strokes: null, ink: '#fff' },
  'needs-reset-line': { color: '#f3cf63', strokes: 'M1 3h1M4 0h1M4 6h1', ink: '#4a3800' },
  'wrong-image': { color: '#cf7fb0', strokes: 'M0 3h6', ink: '#3d0027' },
  'needs-programmer': { color: '#e89a12', strokes: 'M3 0v6', ink: '#3f2700' },
  unresponsive: { color: '#dd6a2a', strokes: 'M0 6L6 0', ink: '#fff' },
  bricked: { color: '#a3121a', strokes: 'M0 6L6 0M0 0L6 6', ink: '#fff' },
  'not-applicable': { color: '#9aa0a6', strokes: null, ink: '#fff' },
  invalid: { color: '#9aa0a6', strokes: 'M0 6L6 0', ink: '#fff' },
};

/** The tiles that `fillOf` names; once a page. */
export const patternDefinitions = (): Markup =>
  html`<svg class="defs" aria-hidden="true"><defs>${WORST_FIRST.map((outcome) => {
    const { color, strokes, ink } = LOOKS[outcome];
    return html`<pattern id="o-${outcome}" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="${color}"/>${
      strokes === null ? null : html`<path d="${strokes}" stroke="${ink}" stroke-width="0.9"/>`
    }</pattern>`;
  })}</defs></svg>`;

export const fillOf = (outcome: Outcome): string => `url(#o-${outcome})`;

export const swatch = (outcome: Outcome): Markup =>
  html`<svg class="swatch" viewBox="0 0 18 12" aria-hidden="true"><rect width="18" height="12" fill="${fillOf(outcome)}"/></svg>`;
