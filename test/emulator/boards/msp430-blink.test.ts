/** Blink and its single changes on the Ez240: what the LEDs show between the turns of the fastest timer. */

import { expect, test } from 'vitest';
import { type RunningApp, SECOND, startApp } from '../../helpers/msp430-app.ts';

/** TinyOS's milliseconds are binary. */
const MS = SECOND / 1024;
const TURNS = 24;
const turns = Array.from({ length: TURNS }, (_, n) => n);

/** LEDs in the middle between two turns, from the start on. */
function ledsByTurn({ board, leds }: RunningApp, periodMs: number): number[] {
  return turns.map((n) => {
    board.chip.machine.runUntil((n + 0.5) * periodMs * MS);
    return leds();
  });
}
const expectUndisturbed = (app: RunningApp): void => {
  expect(app.events()).toEqual([]);
  expect(app.board.chip.resets).toBe(1);
};

test.each([
  ['blink', 250, (n: number) => n & 7],
  ['blink-led-off', 250, (n: number) => n & 3],
  ['blink-faster', 100, (n: number) => n & 7],
  ['blink-if-else', 250, (n: number) => (n & 7) ^ 4],
])(
  '%s, its red LED toggled every %i ms, shows each LED at half the pace of the one before',
  (name, periodMs, shown) => {
    const app = startApp(name);
    expect(ledsByTurn(app, periodMs)).toEqual(turns.map(shown));
    expectUndisturbed(app);
  },
);

test('blink-if-else, started with the button pressed, begins with all LEDs on', () => {
  const app = startApp('blink-if-else', { powered: false });
  app.board.setButton(true);
  app.board.chip.powerOn();
  expect(ledsByTurn(app, 250)).toEqual(turns.map((n) => (n & 7) ^ 7));
  expectUndisturbed(app);
});

test('blink-pattern, at each turn of the red LED, shows the next step; green and blue are toggled after it', () => {
  const pattern = [1, 2, 4, 2, 1, 7, 0, 7];
  const app = startApp('blink-pattern');
  const [dark, ...shown] = ledsByTurn(app, 250);
  expect(dark).toBe(0);
  expect(shown).toEqual(
    turns.slice(1).map((n) => pattern[n & 7]! ^ (n % 2 === 0 ? 2 : 0) ^ (n % 4 === 0 ? 4 : 0)),
  );
  expectUndisturbed(app);
});

test('Blink, asleep between its turns, calls the runtime ten times a second and more', () => {
  const { board, serviceCalls } = startApp('blink');
  let before = serviceCalls();
  board.chip.machine.runUntil(SECOND / 10);
  for (let tenth = 2; tenth < 50; tenth++) {
    before = serviceCalls();
    board.chip.machine.runUntil((tenth * SECOND) / 10);
    expect(serviceCalls()).toBeGreaterThan(before);
  }
  expect(serviceCalls()).toBeLessThan(250);
});
