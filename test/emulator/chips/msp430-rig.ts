/** An MSP430F1611 that runs a few instructions of our own from main memory. */

import { createMsp430f1611, type Msp430f1611Options } from '../../../emulator/chips/msp430f1611.ts';
import { assembleWithLabels } from '../../helpers/msp430-assembler.ts';

export const START = 0x4000;
export const RAM = 0x1100;
export const ACLK = 2 ** 15;
export const MS = 2 ** 30 / 1000;

export const bytesOfWords = (words: readonly number[]): Uint8Array =>
  new Uint8Array(Uint16Array.from(words).buffer);

/** @param vectors label of a handler by number of its vector; reset is the start. */
export function mspChip(
  source: string,
  vectors: Readonly<Record<number, string>> = {},
  options: Partial<Msp430f1611Options> = {},
) {
  const chip = createMsp430f1611({ seed: 7, ...options });
  const { words, labels } = assembleWithLabels(START, source);
  chip.load(START, bytesOfWords(words));
  const table = Array.from({ length: 16 }, (_, n) =>
    n === 15 ? START : (labels.get(vectors[n] ?? '') ?? 0xffff),
  );
  chip.load(0xffe0, bytesOfWords(table));
  const { machine } = chip;
  return {
    chip,
    labels,
    at: (label: string) => labels.get(label)!,
    passMs: (ms: number) => machine.runUntil(machine.now + Math.round(ms * MS)),
    passTicks: (ticks: number) => machine.runUntil(machine.now + ticks),
    word: (address: number) => machine.bus.read(address, 2),
    kinds: () => machine.events.summary().map(({ event }) => event.kind),
  };
}

/** Stop the watchdog, put the stack at the end of RAM. */
export const BEGIN = 'mov #0x5a80, &0x120\n mov #0x3900, sp';
