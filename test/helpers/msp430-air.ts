/** Several nodes of the MSP430F1611 fixture that hear each other, and a record of what they send.
 *  Source: emulator/parts/air.ts; frames as firmware-fixtures/msp430f1611/src/app/radio/frame.h has them.
 *  Leaves out: frames that are not data or acknowledgements. */

import { type AirOptions, joinByAir } from '../../emulator/parts/air.ts';
import { frameCheck } from '../../emulator/parts/cc2420-registers.ts';
import { type RunningApp, SECOND, startApp } from './msp430-app.ts';

export interface SentFrame {
  /** Of which node of the list. */
  readonly node: number;
  readonly seconds: number;
  readonly sequence: number;
  readonly isAck: boolean;
  readonly to: number;
  readonly from: number;
  readonly carries: number;
  readonly payload: Uint8Array;
  readonly hasGoodCheck: boolean;
}

const HEADER_BYTES = 10;
const ACK_BYTES = 5;

function readFrame(node: number, psdu: Uint8Array, sfdTick: number): SentFrame {
  const word = (at: number): number => (psdu[at] ?? 0) | ((psdu[at + 1] ?? 0) << 8);
  return {
    node,
    seconds: sfdTick / SECOND,
    sequence: psdu[2]!,
    isAck: psdu.length === ACK_BYTES,
    to: word(5),
    from: word(7),
    carries: psdu[9] ?? 0,
    payload: psdu.slice(HEADER_BYTES, -2),
    hasGoodCheck: frameCheck(psdu.subarray(0, -2)) === word(psdu.length - 2),
  };
}

export interface Field {
  readonly apps: readonly RunningApp[];
  readonly frames: SentFrame[];
  runUntil(seconds: number): void;
}

/** Nodes with addresses 1, 2, ... without supply. */
export function createField(
  images: readonly string[],
  air: AirOptions = { seed: 1, lostOf256: 0 },
): Field {
  const apps = images.map((image, n) =>
    startApp(image, { serial: [0, 0, 0, 0, 0, n + 1], powered: false }),
  );
  const boards = apps.map(({ board }) => board);
  const to = joinByAir(boards, SECOND, air);
  const frames: SentFrame[] = [];
  boards.forEach(({ radio }, node) => {
    const onAir = radio.onTransmit!;
    radio.onTransmit = (psdu, sfdTick, endTick) => {
      frames.push(readFrame(node, psdu, sfdTick));
      onAir(psdu, sfdTick, endTick);
    };
  });
  return { apps, frames, runUntil: (seconds) => to(Math.round(seconds * SECOND)) };
}
