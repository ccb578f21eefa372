/** `npm run speed`: instructions a second of the interpreter on a compiled workload (workload.c), beside
 *  native Unicorn on the same binary in the same run, and the cost of snapshots. Runs from dist/.
 *  Workload: CRC-32 by table, quicksort, memcpy, digit sums and a state machine; no single opcode.
 *  The AVR core is compared in avr.js, the MSP430 in msp430.js; EasiLIR is planned in planning.js. */

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createArm7tdmi } from '../../dist/emulator/cpu/arm7tdmi/index.js';
import { Machine } from '../../dist/emulator/machine/machine.js';
import { installWaitingLoopSkip } from '../../dist/emulator/machine/waiting-loop.js';
import { UnicornEngine } from '../../dist/harness/device/unicorn-engine.js';
import { Unicorn } from '../../dist/harness/device/unicorn-library.js';
import { compareAvr } from './avr.js';
import { compareMsp430 } from './msp430.js';
import { measurePlanning } from './planning.js';

const RAM = 0x4000_0000;
const FLASH_BYTES = 0x8_0000;
const RAM_BYTES = 0x1_0000;
const HALT = 0x20;
const ROUNDS = 2000;
const WARM_UP_ROUNDS = 200;
const SLICE_TICKS = 1_000_000;
/** The fastest of so many runs counts: other work on the machine only ever slows one down. */
const REPEATS = 3;

function createMachine(state) {
  const machine = new Machine({
    stateBytes: 65_536,
    bulkBytes: FLASH_BYTES + RAM_BYTES,
    rootHz: 72e6,
  });
  const flash = machine.memory.bulk('flash', FLASH_BYTES);
  const ram = machine.memory.bulk('ram', RAM_BYTES);
  machine.bus.mapMemory(0, flash.offset, FLASH_BYTES, false);
  machine.bus.mapMemory(RAM, ram.offset, RAM_BYTES, true);
  const image = readFileSync(new URL(`./workload-${state}.bin`, import.meta.url));
  machine.memory.bytesOf(flash).set(image);
  return { machine, result: () => machine.memory.u32[ram.offset >> 2] };
}

/** @returns seconds, instructions and cycles of the whole workload. */
function runEngine(state, create, rounds) {
  const { machine, result } = createMachine(state);
  const cpu = create(machine);
  machine.attachCpu(cpu);
  cpu.setRegister('r0', rounds);
  const start = performance.now();
  while (cpu.pc !== HALT) machine.runUntil(machine.now + SLICE_TICKS);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, instructions: cpu.instructionCount, cycles: machine.now, result: result() };
}

/** Native Unicorn with nothing in its way: one call, no instruction counter. */
function runNative(state, rounds) {
  const { machine, result } = createMachine(state);
  const unicorn = new Unicorn();
  for (const { name, offset, bytes } of machine.memory.regions) {
    const at = { flash: 0, ram: RAM }[name];
    if (at !== undefined) unicorn.map(at, 7, machine.memory.u8.subarray(offset, offset + bytes));
  }
  unicorn.setExits([HALT]);
  const r0 = unicorn.registers(Int32Array.of(66));
  r0.values[0] = rounds;
  unicorn.write(r0);
  const start = performance.now();
  const error = unicorn.start(0, 0);
  const seconds = (performance.now() - start) / 1000;
  unicorn.close();
  if (error !== 0) throw new Error(`Unicorn stopped with error ${error}`);
  return { seconds, result: result() };
}

const fastest = (run) =>
  Array.from({ length: REPEATS }, run).reduce((a, b) => (b.seconds < a.seconds ? b : a));

const millions = (instructions, seconds) => (instructions / seconds / 1e6).toFixed(0).padStart(6);

const createSkipping = (machine) => {
  installWaitingLoopSkip(machine);
  return createArm7tdmi(machine);
};

function compareEngines(state) {
  runEngine(state, createArm7tdmi, WARM_UP_ROUNDS);
  const own = fastest(() => runEngine(state, createArm7tdmi, ROUNDS));
  const row = (name, seconds, note) =>
    console.log(
      `${state.padEnd(6)}${name.padEnd(31)}${millions(own.instructions, seconds)} million/s  ${note}`,
    );
  row(
    'interpreter',
    own.seconds,
    `${own.instructions} instructions, ${(own.cycles / own.instructions).toFixed(2)} cycles each`,
  );
  const skipping = fastest(() => runEngine(state, createSkipping, ROUNDS));
  row('interpreter, loop detector on', skipping.seconds, 'waiting loops looked for, none there');
  try {
    const native = fastest(() => runNative(state, ROUNDS));
    if (native.result !== own.result) throw new Error(`${state}: Unicorn has another result`);
    const ratio = (own.seconds / native.seconds).toFixed(2);
    row('Unicorn, one native call', native.seconds, `${ratio} times the interpreter`);
    const engine = runEngine(state, (machine) => new UnicornEngine(machine), WARM_UP_ROUNDS);
    const seconds = (engine.seconds * ROUNDS) / WARM_UP_ROUNDS;
    row('Unicorn as engine, counting', seconds, 'one cycle an instruction');
  } catch (error) {
    if (error.code !== 'UNICORN_MISSING') throw error;
    console.log(`${state.padEnd(6)}${error.message}`);
  }
}

/** Snapshot and restore of a machine of 1.5 MB, with a few or all of its RAM pages changed in between. */
function measureSnapshots() {
  const bulkBytes = 1_572_864 - 65_536;
  const machine = new Machine({ stateBytes: 65_536, bulkBytes, rootHz: 72e6 });
  const { offset } = machine.memory.bulk('all', bulkBytes);
  const times = 2000;
  for (const pages of [4, 24]) {
    let taking = 0;
    let restoring = 0;
    const base = machine.takeSnapshot();
    for (let i = 0; i < times; i++) {
      const dirty = () => {
        for (let page = 0; page < pages; page++) {
          machine.memory.u8[offset + page * 4096] = i;
          machine.memory.touch(offset + page * 4096, 1);
        }
      };
      dirty();
      const start = performance.now();
      machine.takeSnapshot();
      const taken = performance.now();
      dirty();
      const again = performance.now();
      machine.restoreSnapshot(base);
      restoring += performance.now() - again;
      taking += taken - start;
    }
    const micros = (ms) => ((ms / times) * 1000).toFixed(1);
    console.log(
      `1.5 MB machine, ${pages} pages changed: ` +
        `snapshot ${micros(taking)} us, restore ${micros(restoring)} us`,
    );
  }
}

for (const state of ['arm', 'thumb']) compareEngines(state);
compareAvr(fastest);
compareMsp430(fastest);
measureSnapshots();
measurePlanning();
