/** RadioCountToLeds, case 5 of the MSP430F1611 fixture, on Ez240s: what it sends and what it shows. */

import { expect, test } from 'vitest';
import { createField, type Field, tell } from '../../helpers/msp430-air.ts';

const BROADCAST = 0xffff;
const RADIO_COUNT = 6;

function startTwo(field: Field): void {
  field.apps[0]!.board.chip.powerOn();
  field.runUntil(0.3);
  field.apps[1]!.board.chip.powerOn();
}

test('RadioCountToLeds, alone, broadcasts one count after the other, four a second', () => {
  const field = createField(['radio-count']);
  field.apps[0]!.board.chip.powerOn();
  field.runUntil(5);
  const { frames } = field;
  expect(
    frames.every(({ hasGoodCheck, to, from }) => hasGoodCheck && to === BROADCAST && from === 1),
  ).toBe(true);
  expect(frames.map(({ carries }) => carries)).toEqual(frames.map(() => RADIO_COUNT));
  expect(frames.map(({ payload }) => [...payload])).toEqual(frames.map((_, n) => [0, n + 1]));
  expect(frames.map(({ sequence }) => sequence)).toEqual(frames.map((_, n) => n));
  expect(frames.length).toBe(20);
  expect(field.apps[0]!.leds()).toBe(0);
});

test('two RadioCountToLeds, each a while after the other has sent, show the last three bits of its count', () => {
  const field = createField(['radio-count', 'radio-count']);
  startTwo(field);
  for (let n = 1; n <= 20; n++) {
    let now = 0.51 + n * 0.25;
    field.runUntil(now);
    // Not while one of them is still at it.
    while (now - field.frames.at(-1)!.seconds < 0.03) {
      now += 0.01;
      field.runUntil(now);
    }
    const [first, second] = field.apps;
    const lastOf = (node: number) =>
      field.frames.findLast((frame) => frame.node === node)!.payload[1]! & 7;
    if (n > 2) expect([first!.leds(), second!.leds()]).toEqual([lastOf(1), lastOf(0)]);
  }
  for (const app of field.apps) {
    expect(app.events()).toEqual([]);
    expect(app.board.chip.resets).toBe(1);
    expect(app.radioCalls()).toBe(0);
  }
});

test('RadioCountToLeds, sent a frame that it does not know, gives it to the runtime once, though it comes twice', () => {
  const field = createField(['radio-count']);
  const [app] = field.apps;
  app!.board.chip.powerOn();
  field.runUntil(0.4);
  const hear = (sequence: number, isDamaged = false): void =>
    tell(app!, { sequence, carries: 0x77, payload: [1], isDamaged });
  hear(1);
  hear(1);
  expect(app!.radioCalls()).toBe(1);
  hear(2, true);
  expect(app!.radioCalls()).toBe(1);
  hear(3);
  expect(app!.radioCalls()).toBe(2);
});
