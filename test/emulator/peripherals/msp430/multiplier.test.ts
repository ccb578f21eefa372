/** Hardware multiplier of the MSP430F1611, and its peripherals that are gaps.
 *  Source: MSP430x1xx family user's guide, "Hardware Multiplier". */

import { expect, test } from 'vitest';
import { declareGapBlocks } from '../../../../emulator/peripherals/msp430/gap-blocks.ts';
import { Msp430Multiplier } from '../../../../emulator/peripherals/msp430/multiplier.ts';
import { mspRig } from './rig.ts';

const [MPY, MPYS, MAC, MACS, OP2, RESLO, RESHI, SUMEXT] = [
  0x130, 0x132, 0x134, 0x136, 0x138, 0x13a, 0x13c, 0x13e,
];

function multiplier() {
  const rig = mspRig();
  new Msp430Multiplier(rig.machine, rig.registers);
  const result = () => [SUMEXT!, RESHI!, RESLO!].map((at) => rig.load(at));
  return { ...rig, result };
}

test.each([
  ['MPY', MPY, 0xffff, 0xffff, [0, 0xfffe, 0x0001]],
  ['MPY', MPY, 0x8000, 0x0002, [0, 0x0001, 0x0000]],
  ['MPYS', MPYS, 0xffff, 0x0005, [0xffff, 0xffff, 0xfffb]],
  ['MPYS', MPYS, 0x8000, 0x8000, [0, 0x4000, 0x0000]],
  ['MPYS', MPYS, 0x8000, 0x7fff, [0xffff, 0xc000, 0x8000]],
  ['MPYS', MPYS, 0xffff, 0x0000, [0, 0, 0]],
])('%s %#: 0x%s', (_name, at, first, second, expected) => {
  const rig = multiplier();
  rig.store(at!, first);
  rig.store(OP2!, second);
  expect(rig.result()).toEqual(expected);
});
test('MAC adds, and SUMEXT is the carry', () => {
  const rig = multiplier();
  rig.store(RESLO!, 0xfffe);
  rig.store(RESHI!, 0xffff);
  rig.store(MAC!, 1);
  rig.store(OP2!, 1);
  expect(rig.result()).toEqual([0, 0xffff, 0xffff]);
  rig.store(OP2!, 1);
  expect(rig.result()).toEqual([1, 0, 0]);
});
test('MACS subtracts by adding, and SUMEXT is the sign', () => {
  const rig = multiplier();
  rig.store(RESLO!, 3);
  rig.store(RESHI!, 0);
  rig.store(MACS!, 0xffff);
  rig.store(OP2!, 4);
  expect(rig.result()).toEqual([0xffff, 0xffff, 0xffff]);
  rig.store(MACS!, 1);
  rig.store(OP2!, 1);
  expect(rig.result()).toEqual([0, 0, 0]);
});
test('byte operands are zero-extended without an event, until SXT writes them back', () => {
  const rig = multiplier();
  const { bus } = rig.machine;
  bus.write(MPYS!, 1, 0xff);
  expect(rig.load(MPYS!)).toBe(0x00ff);
  bus.write(OP2!, 1, 2);
  expect(rig.result()).toEqual([0, 0, 0x01fe]);
  rig.store(MPYS!, 0xffff);
  rig.store(OP2!, 2);
  expect(rig.result()).toEqual([0xffff, 0xffff, 0xfffe]);
  expect(rig.kinds()).toEqual([]);
});

test.each([0x50, 0x59, 0x118, 0x1c0])('a touch of the gap at 0x%s is an event', (at) => {
  const rig = mspRig();
  declareGapBlocks(rig.registers);
  rig.load(at);
  expect(rig.kinds()).toEqual(['gap-register']);
});
