// Which share of the application's code a normal day executes: node firmware-fixtures/lpc2478/coverage.mjs [image]
// The day: start, an hour of metering, all console commands, all queries of the station, then a whole update.
// Needs `npm run build` first.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dist = process.env.FLASHRIG_DIST ?? join(here, '../../dist');
if (!existsSync(dist)) throw new Error('npm run build first');
const load = (path) => import(join(dist, path));
const { boards } = await load('harness/device/boards/index.js');
const { EmulatedBench } = await load('harness/device/emulated-bench.js');
const { Recorder } = await load('harness/device/recorder.js');
const { createLine } = await load('harness/transport/lines/index.js');
const { createStation } = await load('harness/transport/stations.js');
const { FIXTURE_STATION } = await load('harness/transport/power-load/defaults.js');
const { encodeUnitFrame } = await load('harness/transport/power-load/units.js');
const { xteaEncrypt } = await load('harness/transport/power-load/xtea.js');
const { dialects } = await load('harness/transport/dialects.js');
const { prepareUpdate } = await load('harness/prepare-update.js');

const name = process.argv[2] ?? 'app-v1';
const image = (which) => join(here, 'images', `${which}.hex`);
const update = await prepareUpdate({
  board: 'lpc2478-terminal', scheme: 'full', scenario: null,
  bootPath: image('boot'), fromPath: image(name), toPath: image(name === 'app-v2' ? 'app-v3' : 'app-v2'),
  line: '', seed: 1, resume: 'query', dialect: '376.1', engine: 'interpreter',
});
const board = boards['lpc2478-terminal'].create({ segments: update.factorySegments, seed: 1 });
const recorder = new Recorder(true, () => null, () => '');
const bench = new EmulatedBench(board, createLine('', 1), recorder);
const covered = new Uint8Array(0x40000);
board.machine.cpu.coverage = covered;

/** In steps: a bench takes a device that only computes for a stuck one. */
const seconds = (count) => {
  const end = bench.nowUs + count * 1e6;
  while (bench.nowUs < end) {
    bench.markProgress();
    bench.run(Math.min(end, bench.nowUs + 30e6));
  }
};
const echo = process.argv.includes('--console');
const type = (line) => {
  recorder.consoleText = '';
  board.consolePort.send(new TextEncoder().encode(`${line}\r`));
  seconds(2);
  if (echo) console.log(`> ${line}\n${recorder.consoleText}`);
};
let seq = 0;
const ask = (afn, fn, { point = 0, content = [], control = 0x4b, password } = {}) => {
  const frame = encodeUnitFrame({
    control, address: FIXTURE_STATION.address, afn, seq: 0x70 | (seq++ & 15), fn, point,
    content: Uint8Array.from(content), ...(password ? { password } : {}),
  }, dialects['376.1']);
  board.protocolPort.send(frame);
  seconds(0.5);
};

bench.powerOn();
seconds(5);
const idleBefore = board.machine.cpu.instructionCount;
seconds(60);
const perSecond = (board.machine.cpu.instructionCount - idleBefore) / 60;
seconds(3600);
for (const line of ['help', 'show', 'version', 'show now', 'show energy', 'show demand', 'show harm',
  'show events 5', 'show profile', 'show stat', 'show param', 'show tariff', 'show link', 'show update',
  'show fault', 'show days', 'show quality', 'show control', 'show cost', 'set sag 80', 'set sag 1',
  'set nothing 1', 'clock', 'clock 2026 11 20 23 58 30', 'page 3', 'clear events', 'clear']) type(line);
for (let page = 0; page < 18; page++) type(`page ${page}`);
seconds(120);
ask(0x02, 1);
for (const fn of [2, 7, 14]) ask(0x0c, fn);
for (const fn of [25, 33, 34, 35, 49, 50, 57]) ask(0x0c, fn, { point: 1 });
for (const fn of [27, 28, 35, 36]) ask(0x0d, fn, { point: 1 });
for (const fn of [1, 81]) ask(0x0d, fn, { point: 1, content: [0, 0, 8] });
ask(0x0e, 1, { content: [0, 0, 8] });
for (const fn of [1, 2]) ask(0x09, fn);
for (const fn of [1, 5, 200]) ask(0x0a, fn);
const challenge = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
ask(0x06, 2, { control: 0x4a, content: challenge, password: xteaEncrypt(FIXTURE_STATION.key, challenge) });
ask(0x04, 5, { control: 0x4a, content: [82, 0, 0, 0] });
ask(0x04, 201, { control: 0x4a, content: [0, 0, 12, 0x21, 0x6b, 0x26] });
bench.connect(createStation(update, 'resumes'));
bench.run(bench.nowUs + 600e6);
const result = bench.session.result;

const functions = update.symbols.filter((each) => each.kind === 'function' && each.address >= 0x2000);
let bytes = 0;
let hit = 0;
let whole = 0;
const cold = [];
for (const { name: symbol, address, bytes: size } of functions) {
  const at = address & ~1;
  let here = 0;
  for (let i = 0; i < size; i += 2) here += 2 * covered[(at + i) >> 1];
  bytes += size;
  hit += Math.min(here, size);
  if (here > 0) whole++;
  else if (size > 0) cold.push(`${symbol} ${size}`);
}
const percent = (part, all) => `${((100 * part) / all).toFixed(1)} %`;
console.log(`${name}: the update ended "${result.summary}"`);
console.log(`functions entered: ${whole} of ${functions.length}`);
console.log(`bytes of functions executed: ${hit} of ${bytes}, ${percent(hit, bytes)} (literal pools count as not executed)`);
console.log(`never entered: ${cold.join(', ') || 'none'}`);
console.log(`instructions in an idle second: ${Math.round(perSecond)}`);
