/** An LPC2478 that runs one of the compiled test programs, or two instructions of our own. */

import { readFileSync } from 'node:fs';
import { createLpc2478, type Lpc2478Options } from '../../../emulator/chips/lpc2478.ts';
import { HALT_RESET } from '../../../emulator/peripherals/lpc2000/system-control.ts';

export const program = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`./firmware/${name}.bin`, import.meta.url)));

export const text = (bytes: number[]): string => String.fromCharCode(...bytes);
export const ascii = (string: string): Uint8Array =>
  Uint8Array.from(string, (character) => character.charCodeAt(0));

export function chipRig(image: Uint8Array | null, options: Partial<Lpc2478Options> = {}) {
  const chip = createLpc2478({ seed: 7, ...options });
  if (image !== null) chip.flash.load(0, image);
  chip.setPin('P2.10', 'high');
  const sent: number[][] = [[], [], [], []];
  chip.uarts.forEach((uart, n) => {
    uart.onTransmit = (byte) => sent[n]!.push(byte);
  });
  const ticks = (us: number) => Math.round((us * chip.machine.rootHz) / 1e6);
  return {
    chip,
    sent,
    ticks,
    pass: (us: number) => chip.machine.runUntil(chip.machine.now + ticks(us)),
    read: (address: number, size: 1 | 2 | 4 = 4) => chip.machine.bus.read(address, size) >>> 0,
    write: (address: number, value: number, size: 1 | 2 | 4 = 4) =>
      chip.machine.bus.write(address, size, value),
    events: () =>
      chip.machine.events
        .summary()
        .map(({ event, count }) => `${event.kind} ${event.where}: ${event.detail} (${count})`),
  };
}

/** `b .` with a valid checksum: user code that does nothing, so that a test can be the program. */
export function idleProgram(): Uint8Array {
  const words = new Int32Array(8).fill(0xeafffffe | 0);
  words[5] = -words.reduce((sum, word, i) => (i === 5 ? sum : (sum + word) | 0), 0) | 0;
  return new Uint8Array(words.buffer);
}

/** A chip in user code whose CPU is held, so that a test moves time to the tick and plays the program. */
export function heldRig(options: Partial<Lpc2478Options> = {}) {
  const rig = chipRig(idleProgram(), options);
  rig.chip.powerOn();
  rig.pass(5_000);
  rig.chip.system.halt(HALT_RESET, true);
  const { machine } = rig.chip;
  return {
    ...rig,
    to: (tick: number) => machine.runUntil(tick),
    /** Move on by this many ticks, exactly. */
    ahead: (count: number) => machine.runUntil(machine.now + count),
    irq: () => rig.chip.vic.irq,
    /** Requests of the VIC, before enabling. */
    raw: () => rig.read(0xfffff008),
  };
}
