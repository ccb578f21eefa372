/** The AVR part of `npm run speed`: the interpreter, avr8js and native simavr on one compiled workload
 *  (workload-avr.c) in one run. Workload: CRC-32 by table, quicksort, copies, decimal numbers, a parser.
 *  Both others run without any peripheral, which is the fastest they can. */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { avrInstruction, CPU } from 'avr8js';
import { createAvr } from '../../dist/emulator/cpu/avr/index.js';
import { Machine } from '../../dist/emulator/machine/machine.js';
import { installWaitingLoopSkip } from '../../dist/emulator/machine/waiting-loop.js';

const PROGRAM_BYTES = 0x8000;
const DATA_BYTES = 0x0b00;
/** Byte address of the jump to itself at the end; the result is in the first four bytes of SRAM. */
const HALT = 0x20;
const RESULT = 0x100;
const ROUNDS = 1500;
const WARM_UP_ROUNDS = 150;
/** Ticks of 192 MHz between two looks at the program counter. */
const SLICE_TICKS = 1_000_000;
const TICKS = 12;
const image = readFileSync(new URL('./workload-avr.bin', import.meta.url));

const resultOf = (data) => new DataView(data.buffer, data.byteOffset).getUint32(RESULT, true);

function runOwn(rounds, skipping) {
  const machine = new Machine({ stateBytes: 8192, bulkBytes: PROGRAM_BYTES, rootHz: 192e6 });
  const flash = machine.memory.bulk('flash', PROGRAM_BYTES);
  machine.bus.mapMemory(0, flash.offset, PROGRAM_BYTES, false);
  machine.memory.bytesOf(flash).set(image);
  machine.scheduler.ticksPerCycle = TICKS;
  const cpu = createAvr(machine, { programWords: PROGRAM_BYTES / 2, dataBytes: DATA_BYTES });
  machine.attachCpu(cpu);
  if (skipping) installWaitingLoopSkip(machine);
  cpu.data[24] = rounds & 255;
  cpu.data[25] = rounds >> 8;
  const start = performance.now();
  while (cpu.pc !== HALT) machine.runUntil(machine.now + SLICE_TICKS);
  const seconds = (performance.now() - start) / 1000;
  const { instructionCount } = cpu;
  return {
    seconds,
    instructions: instructionCount,
    cycles: machine.now / TICKS,
    result: resultOf(cpu.data),
  };
}

function runAvr8js(rounds) {
  const program = new Uint16Array(PROGRAM_BYTES / 2);
  new Uint8Array(program.buffer).set(image);
  const cpu = new CPU(program, DATA_BYTES - RESULT);
  cpu.data[24] = rounds & 255;
  cpu.data[25] = rounds >> 8;
  const start = performance.now();
  while (cpu.pc !== HALT / 2) avrInstruction(cpu);
  return { seconds: (performance.now() - start) / 1000, result: resultOf(cpu.data) };
}

/** The helper of the lock-step test: load, set the rounds, run to the end, dump. */
function runSimavr(program, rounds) {
  const words = (...values) => Buffer.from(Uint32Array.from(values).buffer);
  const padded = Buffer.alloc((image.length + 3) & ~3);
  image.copy(padded);
  const input = Buffer.concat([
    ...[words(1, 0, padded.length), padded, words(2, 24, 4), words(rounds)],
    ...[words(6, HALT / 2), words(5)],
  ]);
  const { stdout } = spawnSync(program, { input, maxBuffer: 1 << 20 });
  const data = Uint8Array.prototype.slice.call(stdout, 16);
  return { seconds: stdout.readDoubleLE(0), result: resultOf(data) };
}

/** @returns path of the helper, or null where simavr or a compiler is missing. */
function buildSimavr(folder) {
  if (!existsSync('/usr/include/simavr/sim_avr.h')) return null;
  const program = join(folder, 'simavr');
  const source = fileURLToPath(new URL('../helpers/simavr-lockstep.c', import.meta.url));
  const options = ['-O2', '-I/usr/include/simavr', '-o', program, source, '-lsimavr'];
  execFileSync('gcc', options, { stdio: 'pipe' });
  return program;
}

/** @param fastest runs a function several times and returns its fastest result. */
export function compareAvr(fastest) {
  const row = (name, instructions, seconds, note) => {
    const rate = (instructions / seconds / 1e6).toFixed(0).padStart(6);
    console.log(`${'avr'.padEnd(6)}${name.padEnd(31)}${rate} million/s  ${note}`);
  };
  runOwn(WARM_UP_ROUNDS, false);
  const own = fastest(() => runOwn(ROUNDS, false));
  const { instructions } = own;
  const perInstruction = (own.cycles / instructions).toFixed(2);
  row(
    'interpreter',
    instructions,
    own.seconds,
    `${instructions} instructions, ${perInstruction} cycles each`,
  );
  const skipping = fastest(() => runOwn(ROUNDS, true));
  row('interpreter, loop detector on', instructions, skipping.seconds, 'waiting loops looked for');
  const compare = (name, { seconds, result }) => {
    if (result !== own.result) throw new Error(`avr: ${name} has another result`);
    const ratio = (seconds / own.seconds).toFixed(2);
    row(name, instructions, seconds, `the interpreter is ${ratio} times as fast`);
  };
  runAvr8js(WARM_UP_ROUNDS);
  compare(
    'avr8js',
    fastest(() => runAvr8js(ROUNDS)),
  );
  const folder = mkdtempSync(join(tmpdir(), 'flashrig-speed-'));
  try {
    const program = buildSimavr(folder);
    if (program === null)
      console.log('avr   simavr is not installed (Debian package libsimavr-dev)');
    else
      compare(
        'simavr, native',
        fastest(() => runSimavr(program, ROUNDS)),
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
