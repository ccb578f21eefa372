/** The MSP430 part of `npm run speed`: the interpreter beside mspdebug's simulator, which is native, on one
 *  program (workload-msp430.bin, from workload-msp430.txt by the tests' assembler) in one run.
 *  mspdebug's figure has its start in it, and is of fewer rounds: it is paced by what it looks at each step. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { createMsp430 } from '../../dist/emulator/cpu/msp430/index.js';
import { Machine } from '../../dist/emulator/machine/machine.js';
import { installWaitingLoopSkip } from '../../dist/emulator/machine/waiting-loop.js';

const SPACE_BYTES = 0x1_0000;
const FIRST = 0x1000;
const CODE = 0x4000;
const ROUNDS = 3000;
const WARM_UP_ROUNDS = 300;
const NATIVE_ROUNDS = 300;
/** Ticks of a cycle, and between two looks at the program counter. */
const TICKS = 8;
const SLICE_TICKS = 1_000_000;
const IMAGE = new URL('./workload-msp430.bin', import.meta.url);
const image = readFileSync(IMAGE);
/** The jump to itself at the end. */
const HALT = CODE + image.indexOf(Buffer.from([0xff, 0x3f]));

function runOwn(rounds, skipping) {
  const machine = new Machine({ stateBytes: 4096, bulkBytes: SPACE_BYTES, rootHz: 32e6 });
  const { offset } = machine.memory.bulk('memory', SPACE_BYTES);
  machine.bus.mapMemory(FIRST, offset + FIRST, SPACE_BYTES - FIRST, true);
  machine.memory.u8.set(image, offset + CODE);
  machine.scheduler.ticksPerCycle = TICKS;
  const cpu = createMsp430(machine);
  machine.attachCpu(cpu);
  if (skipping) installWaitingLoopSkip(machine);
  cpu.pc = CODE;
  cpu.setRegister('r15', rounds);
  const start = performance.now();
  while (cpu.pc !== HALT) machine.runUntil(machine.now + SLICE_TICKS);
  const seconds = (performance.now() - start) / 1000;
  const { instructionCount } = cpu;
  const result = cpu.getRegister('r14');
  return { seconds, instructions: instructionCount, cycles: machine.now / TICKS, result };
}

/** @returns null where mspdebug is missing. */
function runMspdebug(rounds, instructions) {
  const folder = mkdtempSync(join(tmpdir(), 'flashrig-speed-'));
  try {
    const input = [
      `load_raw ${fileURLToPath(IMAGE)} 0x${CODE.toString(16)}`,
      `set pc 0x${CODE.toString(16)}`,
      'set sr 0',
      `set r15 ${rounds}`,
      `step ${instructions}`,
    ].join('\n');
    const start = performance.now();
    const { stdout, error } = spawnSync('mspdebug', ['-n', '-q', 'sim'], { input: `${input}\n` });
    if (error !== undefined) return null;
    const seconds = (performance.now() - start) / 1000;
    const r14 = [...stdout.toString('latin1').matchAll(/R14: 0([0-9a-f]{4})/g)].at(-1)[1];
    return { seconds, result: Number.parseInt(r14, 16) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param fastest runs a function several times and returns its fastest result. */
export function compareMsp430(fastest) {
  const row = (name, instructions, seconds, note) => {
    const rate = (instructions / seconds / 1e6).toFixed(0).padStart(6);
    console.log(`${'msp430'.padEnd(7)}${name.padEnd(30)}${rate} million/s  ${note}`);
  };
  runOwn(WARM_UP_ROUNDS, false);
  const own = fastest(() => runOwn(ROUNDS, false));
  const { instructions } = own;
  const perInstruction = (own.cycles / instructions).toFixed(2);
  const note = `${instructions} instructions, ${perInstruction} cycles each`;
  row('interpreter', instructions, own.seconds, note);
  const skipping = fastest(() => runOwn(ROUNDS, true));
  row('interpreter, loop detector on', instructions, skipping.seconds, 'waiting loops looked for');
  // One look less than a slice behind the end: mspdebug is to stop at the jump to itself.
  const short = runOwn(NATIVE_ROUNDS, false);
  const theirs = fastest(
    () => runMspdebug(NATIVE_ROUNDS, short.instructions) ?? { seconds: Number.NaN },
  );
  if (Number.isNaN(theirs.seconds)) {
    console.log('msp430 mspdebug is not installed (Debian package mspdebug)');
    return;
  }
  if (theirs.result !== short.result) throw new Error('msp430: mspdebug has another result');
  const ratio = theirs.seconds / short.instructions / (own.seconds / instructions);
  const how = `the interpreter is ${ratio.toFixed(2)} times as fast`;
  row('mspdebug, native', short.instructions, theirs.seconds, how);
}
