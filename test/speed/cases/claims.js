/** What the paper claims of its ten cases, and the same sums of what was measured and counted here.
 *  "On average" is a ratio of sums: the paper's 80.1 % (single), 58.7 % (continuous) and 64.7 % (all) agree with that
 *  alone. */

const percent = (value) => `${(100 * value).toFixed(1)} %`;
const sum = (values) => values.reduce((total, value) => total + value, 0);
const runOf = (result, scheme) => result.schemes.find((run) => run.scheme.startsWith(scheme));
const isSingle = ({ case: name }) => /\d/.test(name);

/** Bytes read and written in both memories. */
const chipBytes = ({ node }) =>
  node.externalBytesProgrammed +
  node.externalBytesRead +
  node.flashBytesProgrammed +
  node.flashBytesRead;
/** Without reads of program flash, most of which are the checks of a start and the application's own. */
const movedBytes = ({ node }) => chipBytes({ node }) - node.flashBytesRead;
const literalBytes = ({ literal }) => sum(Object.values(literal));

const totalOf = (results, scheme, figure) =>
  sum(results.map((result) => figure(runOf(result, scheme))));
const ratio = (results, figure, other) =>
  totalOf(results, 'easilir', figure) / totalOf(results, other, figure);

const names = (results) => results.map(({ case: name }) => name).join(', ') || 'none';
const PROFILES = ['paper', 'datasheet'];
const inBoth = (figure) => PROFILES.map((name) => `${percent(figure(name))} (${name})`).join(', ');

export function claimRows(results) {
  const single = results.filter(isSingle);
  const continuous = results.filter((result) => !isSingle(result));
  const of = (...cases) => results.filter(({ case: name }) => cases.includes(name));
  const whole =
    (profile) =>
    ({ energy }) =>
      energy[profile].sent + energy[profile].rebuilt;
  const rebuilt =
    (profile) =>
    ({ energy }) =>
      energy[profile].rebuilt;
  const sent =
    (profile) =>
    ({ energy }) =>
      energy[profile].sent;
  const less = (figure, other) => percent(1 - ratio(results, figure, other));
  const overhead = (some) => inBoth((profile) => ratio(some, whole(profile), 'r2'));
  const literalOf = (some, key) =>
    some.map((result) => `${result.case}: ${runOf(result, 'easilir').literal[key]}`).join(', ');
  const below = results.filter(
    (result) => runOf(result, 'easilir').fileBytes < runOf(result, 'r2').fileBytes,
  );
  const above = results.filter((result) => !below.includes(result));
  const inSitu = results.filter(({ inSitu: counts }) => counts !== null);
  const d = of('D')[0];
  return [
    [
      'bytes read and written, less than deluge',
      '88 %',
      less(chipBytes, 'deluge'),
      less(literalBytes, 'deluge'),
    ],
    ['the same, less than R2', '81 %', less(chipBytes, 'r2'), less(literalBytes, 'r2')],
    ['the first, without reads of program flash', '-', less(movedBytes, 'deluge'), '-'],
    ['the second, without them', '-', less(movedBytes, 'r2'), '-'],
    ["communication and rebuilding, of R2's", '64.7 %', overhead(results), '-'],
    ['the same, cases 1 to 5', '80.1 %', overhead(single), '-'],
    ['the same, cases A to E', '58.7 %', overhead(continuous), '-'],
    [
      'rebuilding below R2 in 5, D, E',
      '33 %',
      inBoth((profile) => 1 - ratio(of('5', 'D', 'E'), rebuilt(profile), 'r2')),
      percent(1 - ratio(of('5', 'D', 'E'), literalBytes, 'r2')),
    ],
    [
      "R2's rebuilding, times its communication",
      '1.97',
      PROFILES.map(
        (name) =>
          `${(totalOf(results, 'r2', rebuilt(name)) / totalOf(results, 'r2', sent(name))).toFixed(2)} (${name})`,
      ).join(', '),
      '-',
    ],
    ['smaller file than R2', '3, 4', names(below), '-'],
    ['larger file than R2', '5, A, B, C, D, E', names(above), '-'],
    [
      'program flash read, 1 to 4',
      '0',
      of('1', '2', '3', '4')
        .map((result) => `${result.case}: ${runOf(result, 'easilir').node.flashBytesRead}`)
        .join(', '),
      literalOf(of('1', '2', '3', '4'), 'flashRead'),
    ],
    [
      'program flash read by MOVE',
      'A, B, C',
      '-',
      names(results.filter(({ planned }) => planned.commands?.move > 0)),
    ],
    [
      'program flash written, 3 and 4',
      'one CALL of 4 bytes',
      of('3', '4')
        .map((result) => `${result.case}: ${runOf(result, 'easilir').node.flashBytesProgrammed}`)
        .join(', '),
      literalOf(of('3', '4'), 'flashWritten'),
    ],
    [
      'ifunctions in A to D',
      '1 to 2.5 KB',
      '-',
      inSitu
        .filter((result) => !isSingle(result))
        .map((result) => `${result.case}: ${result.inSitu.areaBytes}`)
        .join(', '),
    ],
    [
      'D without a rebuild: deleted',
      '62 blocks, 4,238 B',
      '-',
      d?.inSitu ? `${d.inSitu.deletedBlocks} blocks, ${d.inSitu.deletedBytes} B` : '-',
    ],
  ];
}
