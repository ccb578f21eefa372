/** `npm run deltas`: patch sizes of real firmware pairs beside the published ones, and what encoding costs in
 *  time and memory at 32 KB and at 512 KB. Runs from dist/. FLASHRIG_PAIRS names the folder of the pairs; without
 *  it, `shared/pairs` beside the checkout, and without that, made images alone.
 *  Published sizes (delta-pairs.json) are the pairs' own table: R3diff with costs 3 and 5, commands only; bsdiff 4.3.
 *  Each measurement of memory runs in a process of its own, whose largest resident set is read at its end. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { applyPatch } from '../../dist/harness/plan/apply-patch.js';
import { deltaBytes } from '../../dist/harness/plan/dg/cost.js';
import { encodeDg } from '../../dist/harness/plan/dg/encode.js';
import { makeDgPatch, makeR3Patch } from '../../dist/harness/plan/patch.js';
import { encodeR3 } from '../../dist/harness/plan/r3diff/encode.js';

const SELF = fileURLToPath(import.meta.url);
const BESIDE = fileURLToPath(new URL('../../../shared/pairs', import.meta.url));
const FOLDER = process.env['FLASHRIG_PAIRS'] ?? BESIDE;
const PUBLISHED = JSON.parse(readFileSync(new URL('./delta-pairs.json', import.meta.url), 'utf8'));
const PAGE_BYTES = 128;
/** The fastest of so many runs counts: other work on the machine only ever slows one down. */
const REPEATS = 3;
const SIZES = [0x8000, 0x8_0000];
const KB = 1024;

function loadPair(name) {
  const file = (role) => join(FOLDER, name, `${role}.bin`);
  if (!existsSync(file('old')) || !existsSync(file('new'))) return null;
  const read = (role) => new Uint8Array(readFileSync(file(role)));
  return { oldImage: read('old'), newImage: read('new') };
}

function noise(bytes, seed) {
  let state = seed >>> 0;
  return Uint8Array.from({ length: bytes }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

/** Real images end to end, or noise where there are none, up to the wanted size; each repetition is changed
 *  here and there, so that a match is not simply the same place of the copy before. */
function imagesOf(bytes) {
  const loaded = PUBLISHED.map(({ name }) => loadPair(name)).filter((pair) => pair !== null);
  const made = { oldImage: noise(20_000, 1), newImage: noise(20_000, 1) };
  const pairs = loaded.length > 0 ? loaded : [made];
  const join = (role) => {
    const image = new Uint8Array(bytes);
    for (let at = 0, i = 0; at < bytes; i++) {
      const part = pairs[i % pairs.length][role].slice(0, bytes - at);
      const round = Math.floor(i / pairs.length);
      for (let k = round * 7; round > 0 && k < part.length; k += 97) part[k] ^= round;
      image.set(part, at);
      at += part.length;
    }
    return image;
  };
  const newImage = join('newImage');
  if (loaded.length === 0) for (let k = 50; k < bytes; k += 211) newImage[k] ^= 0x5a;
  return { oldImage: join('oldImage'), newImage };
}

const ENCODERS = {
  dg: ({ oldImage, newImage }) => deltaBytes(encodeDg(oldImage, newImage).operations),
  r3diff: ({ oldImage, newImage }) => encodeR3(oldImage, newImage).commandBytes,
  nothing: () => 0,
};

/** In a child: one encoder on one size; prints bytes, milliseconds and peak kilobytes. */
function measureHere(scheme, bytes) {
  const pair = imagesOf(bytes);
  let size = 0;
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    size = ENCODERS[scheme](pair);
    best = Math.min(best, performance.now() - start);
  }
  const peakKb = process.resourceUsage().maxRSS;
  process.stdout.write(JSON.stringify({ size, best, peakKb }));
}

const measureApart = (scheme, bytes) =>
  JSON.parse(execFileSync(process.execPath, [SELF, scheme, String(bytes)], { encoding: 'utf8' }));

const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

function pairRow({ name, r3diff, bsdiff }) {
  const pair = loadPair(name);
  if (pair === null) return `${name.padEnd(18)}  not here: set FLASHRIG_PAIRS`;
  const { oldImage, newImage } = pair;
  const r3 = encodeR3(oldImage, newImage);
  const dg = encodeDg(oldImage, newImage);
  const literal = encodeDg(oldImage, newImage, { rules: 'literal' });
  const apply = (bytes) => applyPatch(oldImage, bytes, { pageBytes: PAGE_BYTES, file: name });
  const dgApplied = apply(makeDgPatch(oldImage, newImage).bytes);
  const r3Applied = apply(makeR3Patch(oldImage, newImage).bytes);
  const right = same(dgApplied.newImage, newImage) && same(r3Applied.newImage, newImage);
  const cells = [
    newImage.length,
    r3diff,
    r3.unconstrainedBytes,
    r3.unconstrainedBytes - r3diff,
    `${r3.commandBytes} ${r3.direction}`,
    deltaBytes(dg.operations),
    deltaBytes(literal.operations),
    dg.cyclesBroken,
    dg.growthBytes,
    r3Applied.pagesProgrammed,
    dgApplied.pagesProgrammed,
    bsdiff,
  ];
  const text = cells.map((cell, i) => String(cell).padStart(WIDTHS[i])).join('  ');
  return `${name.padEnd(18)}  ${text}${right ? '' : '  APPLIED WRONGLY'}`;
}

const HEADINGS = [
  'new',
  'r3 published',
  'r3 ours',
  'diff',
  'r3 in place',
  'dg',
  'dg literal',
  'circles',
  'growth',
  'r3 pages',
  'dg pages',
  'bsdiff',
];
const WIDTHS = HEADINGS.map((heading) => Math.max(heading.length, 5));
WIDTHS[4] = 12;

function report() {
  const head = HEADINGS.map((heading, i) => heading.padStart(WIDTHS[i])).join('  ');
  const lines = [`${'pair'.padEnd(18)}  ${head}`, ...PUBLISHED.map(pairRow), ''];
  lines.push('dg with CRC-16, r3diff commands only; the envelope of 12 bytes is in neither.', '');
  for (const bytes of SIZES) {
    const idle = measureApart('nothing', bytes).peakKb;
    for (const scheme of ['dg', 'r3diff']) {
      const { size, best, peakKb } = measureApart(scheme, bytes);
      const memory = ((peakKb - idle) / KB).toFixed(1);
      const name = `${scheme}, ${bytes / KB} KB`.padEnd(18);
      lines.push(`${name}  ${best.toFixed(0)} ms, ${memory} MB above idle, delta ${size} bytes`);
    }
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

const [scheme, bytes] = process.argv.slice(2);
if (scheme === undefined) report();
else measureHere(scheme, Number(bytes));
