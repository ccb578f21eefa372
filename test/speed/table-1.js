/** `npm run paper`: the paper's Table 1 with our seven change cases beside theirs. Runs from dist/.
 *  Every row of R3diff, DG, dg-safe and full is applied by the real agent on the emulated chip; the row counts
 *  only if the node then answers with the new version and its flash is the new image, byte for byte.
 *  Source: Kachman and Balaz 2016, Table 1. Definitions: delta = R3diff's commands alone, DG's body with its
 *  header and CRC-16 (as the authors count them); read = bytes of the old image that COPYs read, and the patch
 *  once; pages = equation 3 as printed, corrected, and as counted on the chip; regions = equation 5, predicted
 *  with the corrected equation 1, and as counted on the chip from the jumps that really happened. */

import { fileURLToPath } from 'node:url';
import { compareDeltas } from '../../dist/harness/delta-compare.js';
import { verifyUpdate } from '../../dist/harness/run-update.js';

const IMAGES = new URL('../../firmware-fixtures/atmega32u4/images/', import.meta.url);
const image = (name) => fileURLToPath(new URL(`${name}.hex`, IMAGES));

/** changed bytes, then [R3diff, DG] of each column. */
const PAPER = [
  { changed: 2, delta: [15, 12], read: [6, 4], pages: [1, 1], regions: [28, 28] },
  { changed: 2668, delta: [966, 954], read: [1370, 1361], pages: [45, 37], regions: [922, 772] },
  { changed: 1222, delta: [100, 106], read: [628, 623], pages: [18, 12], regions: [348, 236] },
  {
    changed: 3054,
    delta: [1522, 1448],
    read: [1621, 1674],
    pages: [138, 121],
    regions: [2990, 2636],
  },
  {
    changed: 3150,
    delta: [2051, 1986],
    read: [1675, 1722],
    pages: [140, 120],
    regions: [3036, 2618],
  },
  { changed: 648, delta: [1193, 970], read: [563, 408], pages: [120, 85], regions: [2936, 2198] },
  {
    changed: 3136,
    delta: [2057, 1990],
    read: [1672, 1709],
    pages: [138, 122],
    regions: [3026, 2724],
  },
];

async function onChip(scheme, from, to) {
  const report = await verifyUpdate(
    {
      board: 'atmega32u4-node',
      scheme,
      bootPath: image('agent'),
      fromPath: from,
      toPath: to,
      scenario: null,
      cuts: { kind: 'none' },
      line: '',
      seed: 1,
      workers: 1,
      resume: 'query',
      dialect: '376.1',
      engine: 'interpreter',
      outDir: null,
      junitFile: null,
    },
    () => {},
  );
  const counted = (what) => report.cost.comparison.find((row) => row.what === what).counted;
  return {
    updated: report.outcomes.updated === 1,
    pages: counted('application pages programmed'),
    regions: counted('flash regions activated'),
    erases: report.cost.flashErases,
    programs: report.cost.flashPrograms,
    bytesSent: report.cost.bytesSent,
    deviceTimeUs: report.cost.deviceTimeUs,
  };
}

const row = (cells) => `| ${cells.join(' | ')} |`;
const seconds = (us) => (us / 1e6).toFixed(2);

async function caseRows(index) {
  const [from, to] = [image(`app-v${index + 1}`), image(`app-v${index + 2}`)];
  const compared = await compareDeltas(from, to, 'atmega32u4');
  const find = (name) => compared.rows.find((one) => one.name === name);
  const rows = [];
  for (const [column, scheme] of ['r3diff', 'dg'].entries()) {
    const paper = PAPER[index];
    const ours = find(scheme);
    const published = scheme === 'r3diff' ? find('r3diff, old image kept').deltaBytes : null;
    const { pages, regions, bytesRead } = ours.device;
    const chip = await onChip(scheme, from, to);
    rows.push(
      row([
        index + 1,
        `${compared.changedBytes} (${paper.changed})`,
        scheme,
        `${ours.deltaBytes} (${paper.delta[column]})${published === null ? '' : `, old image kept ${published}`}`,
        `${bytesRead.copied + bytesRead.patch} (${paper.read[column]})`,
        `${pages.asPrinted} / ${pages.corrected} / ${chip.pages} (${paper.pages[column]})`,
        `${regions.corrected} / ${chip.regions} (${paper.regions[column]})`,
        chip.updated ? 'updated' : 'NOT UPDATED',
      ]),
    );
  }
  const cost = [];
  for (const scheme of ['full', 'r3diff', 'dg', 'dg-safe']) {
    const chip = await onChip(scheme, from, to);
    cost.push(
      row([
        index + 1,
        scheme,
        chip.bytesSent,
        chip.erases,
        chip.programs,
        seconds(chip.deviceTimeUs),
        chip.updated ? 'updated' : 'NOT UPDATED',
      ]),
    );
  }
  return { rows, cost };
}

const all = [];
for (let index = 0; index < PAPER.length; index++) {
  all.push(await caseRows(index));
  process.stderr.write(`case ${index + 1} of ${PAPER.length}\n`);
}
const print = (lines) => process.stdout.write(`${lines.join('\n')}\n\n`);
print([
  'Ours, theirs in brackets. Pages: equation 3 as printed / corrected / counted on the chip.',
  'Regions: predicted / counted on the chip.',
  '',
  row(['case', 'changed', 'scheme', 'delta', 'read', 'pages', 'regions', 'on the chip']),
  row(Array(8).fill('-')),
  ...all.flatMap(({ rows }) => rows),
]);
print([
  'What the whole update costs on the chip: wire, flash, time.',
  '',
  row(['case', 'scheme', 'bytes sent', 'page erases', 'page programs', 's', 'on the chip']),
  row(Array(7).fill('-')),
  ...all.flatMap(({ cost }) => cost),
]);
