/** An ATmega32U4 that runs a few instructions of our own, or stands still while the test plays the program. */

import { type Atmega32u4Options, createAtmega32u4 } from '../../../emulator/chips/atmega32u4.ts';
import { LOADS, STORES } from '../../../emulator/peripherals/avr/io-space.ts';
import { HALT_RESET } from '../../../emulator/peripherals/avr/system-control.ts';

/** Root ticks of a CPU cycle at 16 MHz. */
export const CYCLE = 12;
/** `rjmp .` */
const STAY = 0xcfff;
/** Start-up of a Leonardo: 16 K + 14 cycles of the crystal and 65 ms. */
export const START_UP_TICKS = (16384 + 14) * CYCLE + 65_000 * 192;

export const bytesOfWords = (words: readonly number[]): Uint8Array =>
  new Uint8Array(Uint16Array.from(words).buffer);

/** Reset vector 0, unlike the fuses of a Leonardo. */
export const START_AT_0 = { high: 0xd9 };

export function avrRig(
  program: readonly number[] | Uint8Array | null,
  options: Partial<Atmega32u4Options> = {},
) {
  const chip = createAtmega32u4({ seed: 7, fuses: START_AT_0, ...options });
  const image = program instanceof Uint8Array ? program : bytesOfWords(program ?? [STAY]);
  chip.flash.load(0, image);
  const sent: number[] = [];
  chip.usart1.onTransmit = (byte) => sent.push(byte);
  const { machine, io, cpu } = chip;
  return {
    chip,
    sent,
    pass: (us: number) => machine.runUntil(machine.now + Math.round(us * 192)),
    /** As the CPU's load and store. */
    read: (address: number) =>
      (io.kinds[address]! & LOADS) !== 0 ? io.read(address) : cpu.data[address]!,
    write: (address: number, value: number, mask = 0xff) => {
      if (address < 0x100 && (io.kinds[address]! & STORES) !== 0) io.write(address, value, mask);
      else cpu.data[address] = value;
    },
    events: () =>
      machine.events
        .summary()
        .map(({ event, count }) => `${event.kind} ${event.where}: ${event.detail} (${count})`),
  };
}

/** A running chip whose CPU is held: a test moves time to the tick and plays the program. */
export function heldAvr(options: Partial<Atmega32u4Options> = {}) {
  const rig = avrRig(null, options);
  rig.chip.powerOn();
  rig.pass(80_000);
  rig.chip.system.halt(HALT_RESET, true);
  const { machine, lines } = rig.chip;
  return {
    ...rig,
    to: (tick: number) => machine.runUntil(tick),
    /** Move on by this many ticks, exactly. */
    ahead: (count: number) => machine.runUntil(machine.now + count),
    /** Move on by CPU cycles at 16 MHz. */
    cycles: (count: number) => machine.runUntil(machine.now + count * CYCLE),
    asks: (vector: number) => lines.isAsserted(vector),
  };
}
