/** The AVR109 loader on the node: when it stays, when it starts the application, and what a lost programmer
 *  leaves behind. test/conformance/avrdude.test.ts has it talk to a stock programmer. */

import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createAvrNode } from '../../../emulator/boards/avr-node.ts';
import type { Segment } from '../../../harness/image/firmware-image.ts';
import { readImage } from '../../../harness/image/read-image.ts';
import { FIXTURES_ROOT } from '../../../harness/scenarios.ts';

const MS = 192_000;
const BOOT_START = 0x7000;
const EEPROM_START = 0x8000;
/** `rjmp .` */
const APPLICATION: Segment = { address: 0, bytes: Uint8Array.of(0xff, 0xcf) };
let loader: readonly Segment[] = [];

beforeAll(async () => {
  loader = (await readImage(join(FIXTURES_ROOT, 'atmega32u4', 'images', 'avr109.hex'))).segments;
});

function started(application: readonly Segment[], isButtonPressed = false) {
  const node = createAvrNode({ seed: 3 });
  const { chip, protocolUart } = node;
  for (const { address, bytes } of [...loader, ...application]) chip.flash.load(address, bytes);
  protocolUart.setPeer({ baud: 38_400, parity: 'none', stopBits: 1 });
  node.setButton(isButtonPressed);
  let sent: number[] = [];
  protocolUart.onTransmit = (byte) => sent.push(byte);
  chip.powerOn();
  const pass = (ms: number) => chip.machine.runUntil(chip.machine.now + ms * MS);
  /** Time for the oscillator to start. */
  pass(70);
  return {
    chip,
    node,
    pass,
    isInLoader: () => chip.cpu.pc >= BOOT_START,
    ask: (bytes: readonly number[], ms = 20): readonly number[] => {
      sent = [];
      protocolUart.send(Uint8Array.from(bytes));
      pass(ms);
      return sent;
    },
    events: () =>
      chip.machine.events.summary().map(({ event }) => `${event.kind}: ${event.detail}`),
  };
}
const text = (characters: string) => [...characters].map((c) => c.charCodeAt(0));
const DONE = text('\r');
/** `A` and `B`: so many bytes from a byte address on. */
const block = (at: number, memory: 'F' | 'E', bytes: readonly number[]) => {
  const address = memory === 'F' ? at >> 1 : at;
  return {
    address: [...text('A'), address >> 8, address & 0xff],
    data: [...text('B'), bytes.length >> 8, bytes.length & 0xff, ...text(memory), ...bytes],
  };
};

describe('AVR109 loader, when the application starts', () => {
  test('after power-on and one second of silence, not before', () => {
    const { pass, isInLoader, events } = started([APPLICATION]);
    pass(950);
    expect(isInLoader()).toBe(true);
    pass(60);
    expect(isInLoader()).toBe(false);
    expect(events()).toEqual([]);
  });
  test('a command within that second begins it anew; E ends it', () => {
    const { pass, isInLoader, ask } = started([APPLICATION]);
    pass(900);
    expect(ask(text('S'))).toEqual(text('FLASHRG'));
    pass(950);
    expect(isInLoader()).toBe(true);
    expect(ask(text('E'), 2)).toEqual(DONE);
    expect(isInLoader()).toBe(false);
  });
  test('blank: never, E or not', () => {
    const { pass, isInLoader, ask } = started([]);
    expect(ask(text('E'))).toEqual(DONE);
    pass(5000);
    expect(isInLoader()).toBe(true);
  });
  test('after a reset by pin, or with the button held: only after E', () => {
    const reset = started([APPLICATION]);
    reset.chip.setResetPin('low');
    reset.chip.setResetPin('high');
    const held = started([APPLICATION], true);
    for (const { pass, isInLoader, ask } of [reset, held]) {
      pass(5000);
      expect(isInLoader()).toBe(true);
      expect(ask(text('E'))).toEqual(DONE);
      expect(isInLoader()).toBe(false);
    }
  });
  test('it finds the I/O registers as after a reset, but for MCUSR, stack pointer and flags', () => {
    const fresh = createAvrNode({ seed: 3 });
    fresh.chip.powerOn();
    const { pass, chip, isInLoader } = started([APPLICATION]);
    pass(1100);
    expect(isInLoader()).toBe(false);
    const registers = ({ cpu }: typeof chip) => [...cpu.data.subarray(0x20, 0x100)];
    const before = registers(fresh.chip);
    const changed = registers(chip).flatMap((value, i) => (value === before[i] ? [] : [i + 0x20]));
    expect(changed.map((at) => at.toString(16))).toEqual(['54', '5d', '5f']);
  });
});

describe('AVR109 loader, what a lost programmer leaves', () => {
  const page = Array.from({ length: 128 }, (_, i) => (i * 7) & 0xff);

  test('half a block: given up after a tenth of a second, flash untouched, and the loader answers', () => {
    const { ask, pass, chip } = started([]);
    const { address, data } = block(0x100, 'F', page);
    expect(ask(address)).toEqual(DONE);
    expect(ask(data.slice(0, 60), 30)).toEqual([]);
    pass(100);
    expect(ask(text('S'))).toEqual(text('FLASHRG'));
    expect(chip.flash.eraseCount(2)).toBe(0);
  });
  test('some pages: no time-out starts half a program', () => {
    const { ask, pass, isInLoader } = started([APPLICATION]);
    const { address, data } = block(0, 'F', page);
    ask(address);
    expect(ask(data, 60)).toEqual(DONE);
    pass(5000);
    expect(isInLoader()).toBe(true);
  });
});

describe('AVR109 loader, blocks', () => {
  test('seven bytes over a page border: both pages keep the rest', () => {
    const old = Uint8Array.from({ length: 256 }, (_, i) => i ^ 0x5a);
    const { ask, chip, events } = started([{ address: 0x200, bytes: old }]);
    const { address, data } = block(0x27c, 'F', [1, 2, 3, 4, 5, 6, 7]);
    ask(address);
    expect(ask(data, 40)).toEqual(DONE);
    const expected = Uint8Array.from(old);
    expected.set([1, 2, 3, 4, 5, 6, 7], 0x7c);
    expect(chip.flash.readView(0x200, 256)).toEqual(expected);
    expect(events()).toEqual([]);
  });
  test('last byte of the EEPROM is taken, one more is refused; so is the first page of the loader', () => {
    const { ask, chip } = started([]);
    for (const [at, bytes, answer] of [
      [1023, [0x42], '\r'],
      [1023, [1, 2], '?'],
    ] as const) {
      const { address, data } = block(at, 'E', bytes);
      ask(address);
      expect(ask(data)).toEqual(text(answer));
    }
    expect(chip.flash.readView(EEPROM_START + 1023, 1)[0]).toBe(0x42);
    const { address, data } = block(BOOT_START, 'F', [1, 2]);
    ask(address);
    expect(ask(data)).toEqual(text('?'));
  });
  test('an unknown command is answered with a question mark', () => {
    expect(started([]).ask(text('z'))).toEqual(text('?'));
  });
});
