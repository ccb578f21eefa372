import { expect, test } from 'vitest';
import { listGaps } from '../../../emulator/chips/index.ts';
import { Machine } from '../../../emulator/machine/machine.ts';
import { RegisterBlock } from '../../../emulator/machine/register-block.ts';
import {
  bit,
  bits,
  fieldOf,
  formatBits,
  gap,
  gapRegister,
  readOnly,
  register,
  reserved,
  wordRegister,
} from '../../../emulator/machine/registers.ts';
import { LPC2000_REGISTERS } from '../../../emulator/peripherals/lpc2000/gaps.ts';

const CON = register(
  'CON',
  { at: 0, reset: 0x10, width: 8 },
  {
    EN: bit(0),
    MODE: bits(2, 1),
    DMA: gap(bit(3), 'no DMA'),
    READY: readOnly(bit(4)),
    RES: reserved(bits(7, 5)),
  },
);
const FLAGS = wordRegister('FLAGS', { at: 4, access: 'w1c' });
const RX = wordRegister('RX', { at: 8, access: 'ro' });
const TX = wordRegister('TX', { at: 8, access: 'wo' });
const MISSING = gapRegister('MISSING', { at: 12, reset: 0x55 }, 'not there');
const WIDE = wordRegister('WIDE', { at: 16 });

function rig() {
  const machine = new Machine({ stateBytes: 8192, bulkBytes: 4096, rootHz: 1_000_000 });
  const block = new RegisterBlock(machine, 'X', 0x1000, [CON, FLAGS, RX, TX, MISSING, WIDE]);
  machine.bus.attach(0x1000, 0x1fff, block);
  const events = () => machine.events.summary().map(({ event }) => `${event.kind} ${event.where}`);
  return { machine, bus: machine.bus, block, events };
}

test('register declaration, a bit missing or declared twice, is refused by name', () => {
  expect(() => register('A', { at: 0, width: 8 }, { LOW: bits(3, 0), HIGH: bits(7, 5) })).toThrow(
    'A: bits 4 are not as declared',
  );
  expect(() => register('B', { at: 0, width: 8 }, { LOW: bits(4, 0), HIGH: bits(7, 4) })).toThrow(
    'B.HIGH: a bit is declared twice',
  );
});

test('every register of the LPC2478, all fields together, cover its width exactly once', () => {
  for (const [prefix, registers] of LPC2000_REGISTERS) {
    for (const reg of registers) {
      const masks = Object.values(reg.fields).map((field) => field.mask);
      const sum = masks.reduce((total, mask) => total + mask, 0);
      expect(sum, prefix + reg.name).toBe(2 ** reg.width - 1);
    }
  }
});

test('register block, byte and halfword stores, change only their bytes', () => {
  const { bus } = rig();
  bus.write(0x1010, 4, 0x11223344);
  bus.write(0x1011, 1, 0xaa);
  bus.write(0x1012, 2, 0xbbcc);
  expect(bus.read(0x1010, 4) >>> 0).toBe(0xbbccaa44);
  expect(bus.read(0x1011, 1)).toBe(0xaa);
  expect(bus.read(0x1012, 2)).toBe(0xbbcc);
});

test('register block, read-only, reserved and cleared-by-one bits, behave by their declaration', () => {
  const { bus, block, events } = rig();
  bus.write(0x1000, 4, 0x07);
  expect(bus.read(0x1000, 4)).toBe(0x17);
  expect(events()).toEqual([]);
  bus.write(0x1000, 4, 0xe0);
  expect(bus.read(0x1000, 4)).toBe(0x10);
  expect(events()).toEqual(['reserved-bit XCON']);
  block.values[block.at(FLAGS)] = 0x0f;
  bus.write(0x1004, 4, 0x05);
  expect(bus.read(0x1004, 4)).toBe(0x0a);
});

test('register block, gap bits, are loud when written with another value and silent otherwise', () => {
  const { bus, events } = rig();
  bus.write(0x1000, 4, 0x01);
  expect(events()).toEqual([]);
  bus.write(0x1000, 4, 0x09);
  expect(events()).toEqual(['gap-register XCON']);
});

test('register block, a gap register, is loud on every touch and keeps what is written', () => {
  const { bus, events } = rig();
  expect(bus.read(0x100c, 4)).toBe(0x55);
  expect(events()).toEqual(['gap-register XMISSING']);
  bus.write(0x100c, 4, 7);
  expect(bus.read(0x100c, 4)).toBe(7);
});

test('register block, read and write registers at one offset, do not meet', () => {
  const { bus, block } = rig();
  block.values[block.at(RX)] = 42;
  bus.write(0x1008, 4, 7);
  expect(bus.read(0x1008, 4)).toBe(42);
});

test('register block, an offset without a register or without a clock, is loud and reads 0', () => {
  const { bus, block, events } = rig();
  expect(bus.read(0x1020, 4)).toBe(0);
  expect(bus.aborted).toBe(false);
  block.powered = false;
  bus.write(0x1010, 4, 5);
  expect(bus.read(0x1010, 4)).toBe(0);
  expect(events()).toEqual(['unmapped-access 0x00001020', 'unpowered-access XWIDE']);
});

test('fields, masks with gaps between them, print in datasheet order and shift down', () => {
  expect(formatBits(0xc5)).toBe('7:6,2,0');
  expect(fieldOf(0xffff_abcd | 0, 0xff00)).toBe(0xab);
  expect(fieldOf(-1, 0x8000_0000)).toBe(1);
});

test('gaps of the LPC2478, listed, name register, bits and reason of bits, registers and windows', () => {
  const rows = listGaps('lpc2478');
  const reason = 'capture inputs are not modelled';
  expect(rows).toContainEqual({ register: 'T0CCR', bits: '11:0', reason });
  expect(rows).toContainEqual({ register: 'T3CR0', bits: 'all', reason });
  expect(rows).toContainEqual({
    register: 'EMAC',
    bits: 'all',
    reason: 'Ethernet is not modelled',
  });
  expect(rows.every((row) => row.reason.length > 0)).toBe(true);
});
