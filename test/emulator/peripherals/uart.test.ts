import { expect, test } from 'vitest';
import type { PeerSettings } from '../../../emulator/peripherals/shared/uart-line.ts';
import { ascii, heldRig, text } from '../chips/rig.ts';

const U0 = 0xe000c000;
const [RBR, IER, IIR, LCR, LSR, FDR, TER] = [0, 4, 8, 0xc, 0x14, 0x28, 0x30].map(
  (at) => U0 + at,
) as [number, number, number, number, number, number, number];
const [THR, DLL, DLM, FCR] = [RBR, RBR, IER, IIR] as const;
const PINSEL0 = 0xe002c000;
const UART0 = 1 << 6;
const EVEN = 0x18;

/** 1 MHz PCLK by 16, 5 and 1 + 1/4: 10 kBd, 144 000 ticks a bit. */
const BIT = 144_000;
const CHARACTER = 10 * BIT;
/** [(8 x 7 - 2) x 8 + (trigger - n) x 8 + 1] sixteenths of a bit. */
const timeout = (trigger: number, count: number) => ((432 + (trigger - count) * 8 + 1) * BIT) / 16;

function rig(options: { lcr?: number; fcr?: number; peer?: Partial<PeerSettings> } = {}) {
  const held = heldRig();
  const { write, chip } = held;
  write(PINSEL0, (1 << 4) | (1 << 6));
  write(LCR, 0x80 | (options.lcr ?? 3));
  write(DLL, 5);
  write(DLM, 0);
  write(FDR, 0x41);
  write(LCR, options.lcr ?? 3);
  write(FCR, options.fcr ?? 0x81);
  chip.uart(0).setPeer({ baud: 10_000, parity: 'none', stopBits: 1, ...options.peer });
  return { ...held, uart: chip.uart(0) };
}

test('LPC24xx UART, divisor latches, are reached by DLAB only and set the bit time with the fraction', () => {
  const { uart, read, write } = rig();
  expect(uart.bitTicks).toBe(BIT);
  write(IER, 0);
  write(LCR, 0x83);
  expect([read(DLL), read(DLM)]).toEqual([5, 0]);
  write(LCR, 3);
  expect(read(IER)).toBe(0);
});

test('LPC24xx UART, receiver, has a character when its last stop bit is over and not before', () => {
  const { uart, read, ahead } = rig();
  uart.send(ascii('A'));
  ahead(CHARACTER - 1);
  expect(read(LSR) & 1).toBe(0);
  ahead(1);
  expect(read(LSR) & 1).toBe(1);
  expect(read(RBR)).toBe(0x41);
  expect(read(LSR)).toBe(0x60);
});

test('LPC24xx UART, trigger level 8, interrupts with the eighth character and not before', () => {
  const { uart, read, write, raw, ahead } = rig();
  write(IER, 1);
  uart.send(ascii('12345678'));
  ahead(8 * CHARACTER - 1);
  expect(raw() & UART0).toBe(0);
  ahead(1);
  expect(raw() & UART0).toBe(UART0);
  expect(read(IIR)).toBe(0xc4);
  expect(read(RBR)).toBe(0x31);
  expect(raw() & UART0).toBe(0);
});

test('LPC24xx UART, fewer characters than the trigger, time out by the formula of the manual', () => {
  const { uart, read, write, raw, ahead } = rig();
  write(IER, 1);
  uart.send(ascii('abc'));
  ahead(3 * CHARACTER + timeout(8, 3) - 1);
  expect(raw() & UART0).toBe(0);
  ahead(1);
  expect(raw() & UART0).toBe(UART0);
  expect(read(IIR)).toBe(0xcc);
  read(RBR);
  expect(read(IIR)).toBe(0xc1);
  ahead(timeout(8, 2));
  expect(read(IIR)).toBe(0xcc);
});

test('LPC24xx UART, a gap between characters longer than the time-out, interrupts in the gap', () => {
  const { uart, read, write, raw, ahead } = rig();
  write(IER, 1);
  const end = uart.send(ascii('ab'));
  uart.send(ascii('c'), end + 20 * CHARACTER);
  ahead(2 * CHARACTER + timeout(8, 2) - 1);
  expect(raw() & UART0).toBe(0);
  ahead(1);
  expect(raw() & UART0).toBe(UART0);
  ahead(21 * CHARACTER - timeout(8, 2));
  expect(read(IIR)).toBe(0xc1);
});

test('LPC24xx UART, the seventeenth character, is lost and says so', () => {
  const { uart, read, ahead, events } = rig();
  uart.send(ascii('0123456789abcdefXY'));
  ahead(16 * CHARACTER);
  expect(read(LSR)).toBe(0x61);
  ahead(2 * CHARACTER);
  expect(read(LSR)).toBe(0x63);
  expect(read(LSR)).toBe(0x61);
  const taken = Array.from({ length: 16 }, () => read(RBR));
  expect(text(taken)).toBe('0123456789abcdef');
  expect(events()[0]).toMatch(/^uart-overrun U0 RXD/);
});

test('LPC24xx UART, line status interrupt, comes with an overrun and leaves with the reading of LSR', () => {
  const { uart, read, write, raw, ahead } = rig();
  write(IER, 4);
  uart.send(ascii('0123456789abcdefX'));
  ahead(17 * CHARACTER - 1);
  expect(raw() & UART0).toBe(0);
  ahead(1);
  expect(raw() & UART0).toBe(UART0);
  expect(read(IIR)).toBe(0xc6);
  read(LSR);
  expect(raw() & UART0).toBe(0);
});

test('LPC24xx UART at 8E1, sender at 8E1, takes all 256 values without an error', () => {
  const { uart, read, ahead, events } = rig({ lcr: 3 | EVEN, peer: { parity: 'even' } });
  for (let value = 0; value < 256; value++) {
    uart.send(Uint8Array.of(value));
    ahead(11 * BIT);
    expect(read(LSR)).toBe(0x61);
    expect(read(RBR)).toBe(value);
  }
  expect(events()).toEqual([]);
});

test('LPC24xx UART at 8E1, sender at 8N1, finds the stop bit in place of the parity bit', () => {
  const { uart, read, ahead, events } = rig({ lcr: 3 | EVEN });
  uart.send(Uint8Array.of(0x01));
  ahead(CHARACTER);
  expect(read(LSR) & 0x1f).toBe(1);
  read(RBR);
  uart.send(Uint8Array.of(0x03));
  ahead(CHARACTER);
  expect(read(LSR) & 0x1f).toBe(1 | 4);
  expect(events()[0]).toMatch(/^uart-framing U0 RXD: wrong parity bit/);
});

test('LPC24xx UART at 8N1, sender at 8E1, finds the parity bit in place of the stop bit', () => {
  const { uart, read, ahead } = rig({ peer: { parity: 'even' } });
  uart.send(Uint8Array.of(0x03));
  ahead(11 * BIT);
  expect(read(LSR) & 0x1f).toBe(1 | 8);
});

test('LPC24xx UART, sender at half the rate, takes rubbish and never the right byte', () => {
  const { uart, read, ahead, events } = rig({ peer: { baud: 5_000 } });
  uart.send(Uint8Array.of(0x5a));
  ahead(20 * BIT);
  read(LSR);
  expect(read(RBR)).not.toBe(0x5a);
  expect(events()[0]).toMatch(/^uart-framing/);
});

test('LPC24xx UART, sender 2 percent fast, is still understood', () => {
  const { uart, read, ahead } = rig({ peer: { baud: 10_200 } });
  uart.send(Uint8Array.of(0xa5));
  ahead(CHARACTER);
  expect([read(LSR) & 0x1f, read(RBR)]).toEqual([1, 0xa5]);
});

test('LPC24xx UART, transmitter, sends each character in its own time', () => {
  const { uart, read, write, ahead, chip } = rig({ lcr: 7 | EVEN });
  const seen: number[][] = [];
  const start = chip.machine.now;
  uart.onTransmit = (byte, from, to) => seen.push([byte, from - start, to - start]);
  write(THR, 0x41);
  write(THR, 0x42);
  expect(read(LSR)).toBe(0);
  ahead(12 * BIT - 1);
  expect(seen).toEqual([]);
  ahead(1);
  expect(seen).toEqual([[0x41, 0, 12 * BIT]]);
  expect(read(LSR)).toBe(0x20);
  ahead(12 * BIT);
  expect(seen[1]).toEqual([0x42, 12 * BIT, 24 * BIT]);
  expect(read(LSR)).toBe(0x60);
});

test('LPC24xx UART, THRE interrupt, comes at once after two characters in the FIFO, later after one', () => {
  const { read, write, raw, ahead } = rig();
  write(IER, 2);
  write(THR, 1);
  expect(raw() & UART0).toBe(0);
  ahead(9 * BIT - 1);
  expect(raw() & UART0).toBe(0);
  ahead(1);
  expect(raw() & UART0).toBe(UART0);
  expect(read(IIR)).toBe(0xc2);
  expect(raw() & UART0).toBe(0);
  for (const byte of [2, 3, 4]) write(THR, byte);
  ahead(BIT + 2 * CHARACTER - 1);
  expect(raw() & UART0).toBe(0);
  ahead(1);
  expect(raw() & UART0).toBe(UART0);
});

test('LPC24xx UART, transmitter switched off by TER, ends the character it is in and no more', () => {
  const { sent, write, ahead } = rig();
  write(THR, 1);
  write(THR, 2);
  write(TER, 0);
  ahead(5 * CHARACTER);
  expect(sent[0]).toEqual([1]);
  write(TER, 0x80);
  ahead(CHARACTER);
  expect(sent[0]).toEqual([1, 2]);
});

test('LPC24xx UART, pins not given to it, neither hears nor reaches anyone, and says so', () => {
  const { uart, sent, read, write, ahead, events } = rig();
  write(PINSEL0, 0);
  uart.send(ascii('A'));
  write(THR, 0x55);
  ahead(2 * CHARACTER);
  expect(read(LSR) & 1).toBe(0);
  expect(sent[0]).toEqual([]);
  expect(events()).toEqual(['pin-not-selected U0 TXD: a character was sent to no pin (1)']);
});

test('LPC24xx UART, reset in the middle of a character, loses it and hears the next', () => {
  const { uart, chip, read, ahead } = rig();
  uart.send(ascii('AB'));
  ahead(CHARACTER / 2);
  chip.reset('external');
  chip.system.halt(8, true);
  const { write } = rigOf(chip);
  write(PINSEL0, (1 << 4) | (1 << 6));
  write(LCR, 0x83);
  write(DLL, 5);
  write(FDR, 0x41);
  write(LCR, 3);
  write(FCR, 1);
  ahead(2 * CHARACTER);
  expect(read(RBR)).toBe(0x42);
});

const rigOf = (chip: ReturnType<typeof rig>['chip']) => ({
  write: (address: number, value: number) => chip.machine.bus.write(address, 4, value),
});

test('LPC24xx UART, settings changed after a character, leave it as it was received before', () => {
  const { uart, read, write, ahead, events } = rig();
  uart.send(ascii('A'));
  ahead(CHARACTER);
  write(FDR, 0x10);
  expect(read(RBR)).toBe(0x41);
  expect(events()).toEqual([]);
});

test('LPC24xx UART line, more characters than its ring holds, refuses them by name', () => {
  const { uart } = rig();
  expect(uart.sendSpace).toBe(2048);
  uart.send(new Uint8Array(2048));
  expect(() => uart.send(Uint8Array.of(1))).toThrow('1 characters, but the line has room for 0');
});

test('LPC24xx UART, idle receiver with 14-character trigger, costs one event for 14 characters', () => {
  const { uart, chip, write, ahead } = rig({ fcr: 0xc1 });
  write(IER, 1);
  const due: number[] = [];
  const { scheduler } = chip.machine;
  const schedule = scheduler.schedule.bind(scheduler);
  scheduler.schedule = (slot, at) => {
    due.push(at);
    schedule(slot, at);
  };
  uart.send(new Uint8Array(14));
  ahead(14 * CHARACTER - 1);
  expect(new Set(due).size).toBe(1);
});
