/** Runs a course of the boot loader's client at any serial byte stream with two control lines, in real time. */

import { setTimeout } from 'node:timers/promises';
import type { BslCourse, BslLevel, BslStep } from '../transport/bsl/client.ts';

/** A serial port with control lines, as an adapter has them: levels are those of RST and TCK themselves, so an
 *  adapter that inverts DTR or RTS inverts here, and one behind a TelosB's ADG715 sends its I2C words here. */
export interface BslPort {
  /** 8 data bits, even parity, one stop bit. */
  setBaud(baud: number): Promise<void>;
  setLines(levels: { readonly rst: BslLevel; readonly tck: BslLevel }): Promise<void>;
  /** Resolves when the last bit has left. */
  write(bytes: Uint8Array): Promise<void>;
  /** What has arrived since the last call. */
  read(): Uint8Array;
}

const LOOK_MS = 1;

export async function runBslOnPort<T>(port: BslPort, course: BslCourse<T>): Promise<T> {
  for (let turn = course.next(); ; ) {
    if (turn.done === true) return turn.value;
    const answer = await take(port, turn.value);
    turn = course.next(answer);
  }
}

async function take(port: BslPort, step: BslStep): Promise<Uint8Array> {
  switch (step.kind) {
    case 'lines':
      await port.setLines(step);
      break;
    case 'wait':
      await setTimeout(Math.ceil(step.us / 1000));
      break;
    case 'rate':
      await port.setBaud(step.baud);
      break;
    case 'talk':
      return await talk(port, step);
  }
  return new Uint8Array(0);
}

async function talk(
  port: BslPort,
  { bytes, withinUs, isWhole }: Extract<BslStep, { kind: 'talk' }>,
): Promise<Uint8Array> {
  // What came before was no answer to this.
  port.read();
  await port.write(bytes);
  const until = performance.now() + withinUs / 1000;
  let answer = Uint8Array.from(port.read());
  while (!isWhole(answer) && performance.now() < until) {
    await setTimeout(LOOK_MS);
    answer = Uint8Array.of(...answer, ...port.read());
  }
  return answer;
}
