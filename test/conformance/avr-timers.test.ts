/** A second opinion on timers 0 and 1: a compiled program runs them through their modes, here and on avr8js,
 *  and keeps the counts and flags that it sees. Undivided clocks only: avr8js has no prescaler that timers
 *  share, and starts one anew with each store into TCCRnB. */

import { readFileSync } from 'node:fs';
import { AVRTimer, avrInstruction, CPU, timer0Config, timer1Config } from 'avr8js';
import { expect, test } from 'vitest';
import { avrRig, START_UP_TICKS } from '../emulator/chips/avr-rig.ts';

const image = new Uint8Array(
  readFileSync(new URL('../emulator/chips/firmware-avr/timers.bin', import.meta.url)),
);
/** Of `seen`, from the linker; and what timers.c keeps for each run of a timer. */
const SEEN = 0x114;
const MODES_0 = [0, 1, 2, 3, 5, 7];
const MODES_1 = [0, 1, 4, 5, 6, 8, 9, 10, 11, 12, 14, 15];
const CLOCKS = 3;
const [BYTES_0, BYTES_1] = [8, 12];
/** TOV, OCFA and OCFB: avr8js gives timer 1 no third channel, and no ICF where ICR is TOP. */
const FLAGS = 7;

function ours(): Uint8Array {
  const { chip } = avrRig(image);
  chip.powerOn();
  chip.machine.runUntil(START_UP_TICKS + 20e6);
  expect(chip.machine.events.summary()).toEqual([]);
  return chip.cpu.data;
}
function theirs(): Uint8Array {
  const program = new Uint16Array(0x4000);
  program.set(new Uint16Array(image.buffer, image.byteOffset, image.length >> 1));
  const cpu = new CPU(program, 0xa00);
  for (const config of [timer0Config, timer1Config]) new AVRTimer(cpu, config);
  while (cpu.cycles < 1.6e6) {
    avrInstruction(cpu);
    cpu.tick();
  }
  return cpu.data;
}

test('ATmega32U4 timers 0 and 1, every mode undivided, count and flag as in avr8js', () => {
  const data = [ours(), theirs()] as const;
  const rows = [
    ...MODES_0.map((mode, i) => ({ timer: 0, mode, at: i * CLOCKS * BYTES_0, bytes: BYTES_0 })),
    ...MODES_1.map((mode, i) => ({
      timer: 1,
      mode,
      at: MODES_0.length * CLOCKS * BYTES_0 + i * CLOCKS * BYTES_1,
      bytes: BYTES_1,
    })),
  ];
  for (const { timer, mode, at, bytes } of rows) {
    const sample = bytes / 4;
    const [own, other] = data.map((all) =>
      [...all.subarray(SEEN + at, SEEN + at + bytes)].map((byte, i) =>
        i % sample === sample - 1 ? byte & FLAGS : byte,
      ),
    );
    expect(own, `timer ${timer}, mode ${mode}`).toEqual(other);
    expect(new Set(own).size).toBeGreaterThan(3);
  }
});
