/** What tests of EzMonitor look at: the contents that its nodes send, and how a field of them is started.
 *  Source: firmware-fixtures/msp430f1611/src/app/monitor/message-types.h. Leaves out: beacons' contents. */

import { expect } from 'vitest';
import type { Field, SentFrame } from './msp430-air.ts';

export const MESSAGE = { beacon: 0x10, data: 0x11, command: 0x12, query: 0x13 } as const;
export const KIND = {
  sample: 1,
  summary: 2,
  counters: 4,
  neighbours: 5,
  bundle: 6,
  battery: 7,
  events: 8,
  settings: 9,
} as const;
/** By number. */
export const SETTING = { sampleSeconds: 0, clockHour: 7 } as const;

export interface Content {
  readonly seconds: number;
  readonly origin: number;
  readonly sequence: number;
  readonly hops: number;
  readonly kind: number;
  readonly bytes: DataView;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.slice().buffer);
/** What left a node of the list for its parent, repetitions left out. */
export function contentsFrom(field: Field, node: number): Content[] {
  const seen = new Set<string>();
  return field.frames
    .filter((frame) => frame.node === node && frame.carries === MESSAGE.data && !frame.isAck)
    .map(({ seconds, payload }) => ({
      seconds,
      origin: (payload[0]! << 8) | payload[1]!,
      sequence: payload[2]!,
      hops: payload[3]!,
      kind: payload[4]!,
      bytes: viewOf(payload.subarray(5)),
    }))
    .filter(({ origin, sequence }) => {
      const name = `${origin} ${sequence}`;
      return !seen.has(name) && seen.add(name);
    });
}
export const kindsOf = (contents: readonly Content[]): number[] =>
  [...new Set(contents.map(({ kind }) => kind))].sort((a, b) => a - b);
export const isAcknowledged = (field: Field, frame: SentFrame): boolean =>
  field.frames.some(
    ({ isAck, sequence, seconds }) =>
      isAck &&
      sequence === frame.sequence &&
      seconds > frame.seconds &&
      seconds < frame.seconds + 0.01,
  );

/** Node 1 is the sink. Seven tenths of a second apart, so that they do not do all at once. */
export function start(field: Field): void {
  field.apps.forEach(({ board }, n) => {
    field.runUntil(n * 0.7);
    board.chip.powerOn();
  });
}
export function expectUndisturbed(field: Field): void {
  for (const app of field.apps) {
    expect(app.events()).toEqual([]);
    expect(app.board.chip.resets).toBe(1);
    expect(app.radioCalls()).toBe(0);
  }
  expect(field.frames.every(({ hasGoodCheck }) => hasGoodCheck)).toBe(true);
}
