/** Is a text well-formed XML? A small judge of its own for what our writers may produce.
 *  Source: XML 1.0, sections 2.2 (characters), 3.1 (tags), 4.6 (entities).
 *  Leaves out: document types, CDATA, processing instructions but the first line. */

const NAME = '[A-Za-z_][\\w.:-]*';
const TAG = new RegExp(
  `^<(?:(?<close>/)(?<closed>${NAME})\\s*|(?<name>${NAME})(?<attributes>(?:\\s+${NAME}="[^"<]*")*)\\s*(?<empty>/?))>`,
);
const ENTITY = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)/;
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** @returns what is wrong, or null. */
export function wellFormedProblem(text: string): string | null {
  const bad = FORBIDDEN.exec(text);
  if (bad) return `character ${bad[0].charCodeAt(0).toString(16)} at ${bad.index}`;
  const body = text.replace(/^<\?xml [^>]*\?>\s*|^<!DOCTYPE html>\s*/, '').trimEnd();
  const open: string[] = [];
  let at = 0;
  let roots = 0;
  while (at < body.length) {
    const next = body.indexOf('<', at);
    const words = body.slice(at, next < 0 ? undefined : next);
    const entity = ENTITY.exec(words);
    if (entity) return `entity at ${words.slice(entity.index, entity.index + 20)}`;
    if (open.length === 0 && words.trim() !== '') return `text outside the root: ${words.trim()}`;
    if (next < 0) break;
    const match = TAG.exec(body.slice(next));
    if (!match?.groups) return `tag at ${body.slice(next, next + 60)}`;
    const { close, closed, name, attributes, empty } = match.groups;
    if (attributes !== undefined) {
      if (ENTITY.test(attributes)) return `entity in ${match[0]}`;
      const names = [...attributes.matchAll(/([\w.:-]+)="/g)].map((one) => one[1]);
      if (new Set(names).size !== names.length) return `attribute twice in ${match[0]}`;
    }
    if (close) {
      const expected = open.pop();
      if (expected !== closed) return `</${closed}> where </${expected}> was open`;
    } else {
      if (open.length === 0) roots++;
      if (!empty) open.push(name!);
    }
    at = next + match[0].length;
  }
  if (open.length > 0) return `${open.join(' ')} not closed`;
  return roots === 1 ? null : `${roots} roots`;
}
