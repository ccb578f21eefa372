/** A stimulus by a seed: bytes, frames, button, voltages, over the whole time. Text, so that a report that
 *  holds it can be replayed. Leaves out: power cuts, and inputs that a program's protocol would expect. */

import type { InputKind, ObservedKind } from '../device/observed/index.ts';
import { Prng } from '../prng.ts';

/** Between two inputs. */
const MEAN_GAP_MS = 150;
const MAX_BYTES = 12;
const PRESS_MS = 120;
/** Frame control of a data frame with short addresses in one PAN; sequence; PAN; everybody. */
const DATA_FRAME = '41 88';
const TO_ALL = 'ff ff ff ff';

export function randomStimulus(seed: number, seconds: number, board: ObservedKind): string {
  const random = new Prng(seed);
  const hex = (count: number): string =>
    [...random.bytes(count)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const volts = (least: number, most: number): string =>
    (least + random.below(Math.round((most - least) * 100)) / 100).toFixed(2);
  // No cut: a supply between what flash needs and the most.
  const lines: Readonly<Record<InputKind, (ms: number) => readonly string[]>> = {
    serial: (ms) => {
      const port = board.ports[random.below(board.ports.length)]!;
      return [`at ${ms}ms ${port} ${hex(1 + random.below(MAX_BYTES))}`];
    },
    button: (ms) => [`at ${ms}ms button press`, `at ${ms + PRESS_MS}ms button release`],
    analog: (ms) => [`at ${ms}ms adc ${random.below(8)} ${volts(0, 3)}V`],
    temperature: (ms) => [`at ${ms}ms temperature ${random.below(100) - 30}C`],
    radio: (ms) => [
      `at ${ms}ms radio ${DATA_FRAME} ${hex(1)} ${TO_ALL} ${hex(2 + random.below(24))}`,
    ],
    supply: (ms) => [`at ${ms}ms supply ${volts(2.8, 3.6)}V`],
  };
  const text = [`# random, seed 0x${seed.toString(16)}, ${seconds} s`];
  const endMs = seconds * 1000 - PRESS_MS;
  for (let ms = gap(random); ms < endMs; ms += gap(random)) {
    text.push(...lines[board.inputs[random.below(board.inputs.length)]!](ms));
  }
  return `${text.join('\n')}\n`;
}

const gap = (random: Prng): number => 1 + random.below(2 * MEAN_GAP_MS);
