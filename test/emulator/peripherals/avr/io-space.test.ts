import { expect, test } from 'vitest';
import { Machine } from '../../../../emulator/machine/machine.ts';
import {
  bit,
  bits,
  byteRegister,
  gap,
  gapRegister,
  readOnly,
  register,
  reserved,
} from '../../../../emulator/machine/registers.ts';
import { IoSpace } from '../../../../emulator/peripherals/avr/io-space.ts';

const PLAIN = byteRegister('PLAIN', 0x3e);
const ODD = register(
  'ODD',
  { at: 0x61, width: 8, reset: 0x40 },
  {
    LOW: bits(2, 0),
    DMA: gap(bit(3), 'no DMA'),
    RO: readOnly(bit(6)),
    RES: reserved(bits(5, 4), bit(7)),
  },
);
const FLAGS = byteRegister('FLAGS', 0x35, { access: 'w1c' });
const STATUS = byteRegister('STATUS', 0x36, { access: 'ro' });
const GAP = gapRegister('GAP', { at: 0xd7, width: 8, reset: 0x80 }, 'not there');
const SREG = byteRegister('SREG', 0x5f);

function rig() {
  const machine = new Machine({ stateBytes: 8192, bulkBytes: 4096, rootHz: 1_000_000 });
  const data = machine.memory.stateU8('data', 0x100);
  const io = new IoSpace(machine, data);
  io.declare('X', [PLAIN, ODD, FLAGS, STATUS, GAP, SREG]);
  const events = () => machine.events.summary().map(({ event }) => `${event.kind} ${event.where}`);
  return { machine, io, data, events };
}

test('AVR I/O space, registers nobody watches and those of the core, are plain memory', () => {
  const { io } = rig();
  expect(io.kinds[PLAIN.offset]).toBe(0);
  expect(io.kinds[SREG.offset]).toBe(0);
  expect(io.kinds[0x00]).toBe(0);
  expect(io.kinds[FLAGS.offset]).toBe(2);
  expect(io.kinds[GAP.offset]).toBe(3);
  expect(io.kinds[0x20]).toBe(3);
});

test('AVR I/O space, stores, follow the declaration and are loud where they must be', () => {
  const { io, data, events } = rig();
  io.write(ODD.offset, 0x07, 0xff);
  expect(data[ODD.offset]).toBe(0x47);
  expect(events()).toEqual([]);
  io.write(ODD.offset, 0x98, 0xff);
  expect(data[ODD.offset]).toBe(0x48);
  io.write(STATUS.offset, 1, 0xff);
  io.write(GAP.offset, 1, 0xff);
  expect(io.read(GAP.offset)).toBe(1);
  expect(io.read(0xcf)).toBe(0);
  io.write(0xcf, 1, 0xff);
  expect(events()).toEqual([
    'gap-register ODD',
    'reserved-bit ODD',
    'read-only-write STATUS',
    'gap-register GAP',
    'unmapped-access 0xcf',
  ]);
});

test('AVR I/O space, a store of one bit (SBI), clears that flag only', () => {
  const { io, data } = rig();
  data[FLAGS.offset] = 0x07;
  io.write(FLAGS.offset, 0x07, 0x02);
  expect(data[FLAGS.offset]).toBe(0x05);
});

test('AVR I/O space, hooks, see the written bits, the value before, and count side effects', () => {
  const { io, machine } = rig();
  const seen: number[][] = [];
  io.hook(PLAIN, {
    read: (stored) => stored + 1,
    pure: true,
    before: () => seen.push([io.value(PLAIN)]),
    write: (value, mask, previous) => seen.push([value, mask, previous, io.value(PLAIN)]),
  });
  io.write(PLAIN.offset, 0xff, 0x0f);
  io.write(PLAIN.offset, 0x3c, 0xf0);
  expect(seen).toEqual([[0], [0x0f, 0x0f, 0, 0x0f], [0x0f], [0x30, 0xf0, 0x0f, 0x3f]]);
  expect(machine.bus.sideEffects).toBe(2);
  expect(io.read(PLAIN.offset)).toBe(0x40);
  expect(machine.bus.sideEffects).toBe(2);
  io.hook(PLAIN, { read: () => 5 });
  expect(io.read(PLAIN.offset)).toBe(5);
  expect(machine.bus.sideEffects).toBe(3);
});

test('AVR I/O space, a block without its clock, reads 0, takes nothing, and says so', () => {
  const { io, data, machine, events } = rig();
  io.write(PLAIN.offset, 9, 0xff);
  io.setPowered('X', false);
  const asleep = machine.takeSnapshot();
  expect(io.kinds[PLAIN.offset]).toBe(3);
  expect(io.read(PLAIN.offset)).toBe(0);
  io.write(PLAIN.offset, 1, 0xff);
  expect(data[PLAIN.offset]).toBe(9);
  expect(events()).toEqual(['unpowered-access PLAIN']);
  io.setPowered('X', true);
  expect(io.kinds[PLAIN.offset]).toBe(0);
  machine.restoreSnapshot(asleep);
  expect(io.kinds[PLAIN.offset]).toBe(3);
});

test('AVR I/O space, reset, brings reset values back but for what is kept', () => {
  const { io } = rig();
  io.set(ODD, 1);
  io.set(PLAIN, 1);
  io.reset((reg) => reg === PLAIN);
  expect([io.value(ODD), io.value(PLAIN)]).toEqual([0x40, 1]);
});

test('AVR I/O space, two registers at one address, are refused by name', () => {
  const { io } = rig();
  expect(() => io.declare('Y', [byteRegister('TWICE', 0x3e)])).toThrow(
    'TWICE: address is taken by PLAIN',
  );
});
