/** Loads from peripherals stay in the fast loop: with them it must do what the reference path does,
 *  cycle for cycle, and leave the loop for whatever the access set off. */

import { describe, expect, test } from 'vitest';
import type { BusDevice } from '../../../../emulator/machine/bus.ts';
import { DeviceWindows } from '../../../../emulator/machine/windows.ts';
import { arm, at, reg } from '../../../helpers/arm-assembler.ts';
import { createArmMachine } from '../../../helpers/arm-machine.ts';

const { add, b, ldr, ldrb, mov } = arm;

const DEVICE = 0xe000_0000;
/** Window 1 is empty: an access there aborts. */
const EMPTY = DEVICE + 0x4000;
const ABORT_VECTOR = 0x10;
const IRQ_VECTOR = 0x18;
const PROGRAM = 0x100;
const IRQ_ENABLED_SYSTEM = 0x1f;

/** Registers 0: the time of the access; 4: counts reads; 8: asks for an interrupt; C: ends the slice. */
function rig(isReference: boolean) {
  const made = createArmMachine();
  const { machine, cpu } = made;
  let reads = 0;
  const device: BusDevice = {
    name: 'device',
    read(address, size) {
      switch (address & 0xc) {
        case 0:
          return machine.now;
        case 4:
          return size === 1 ? 0x80 : ++reads;
        case 8:
          cpu.setInterrupt(0, true);
          return 8;
        default:
          machine.stop();
          return machine.bus.currentPc;
      }
    },
    write: () => undefined,
  };
  new DeviceWindows(machine, 'devices', DEVICE, 0x4000, 2).place(DEVICE, device);
  // The handler's own load must not abort for that of the program.
  made.load(ABORT_VECTOR, [ldr(6, at(7, 4)), b(0)]);
  made.load(IRQ_VECTOR, [b(0)]);
  cpu.setRegister('cpsr', IRQ_ENABLED_SYSTEM);
  cpu.pc = PROGRAM;
  if (isReference) cpu.onInstruction = () => undefined;
  return made;
}

function run(isReference: boolean, program: readonly number[], cycles: number) {
  const made = rig(isReference);
  made.load(PROGRAM, program);
  const { machine, cpu } = made;
  machine.runUntil(cycles);
  const events = machine.events.summary().map(({ event, count }) => ({ ...event, count }));
  return {
    registers: [...cpu.core.r],
    now: machine.now,
    instructions: cpu.instructionCount,
    events,
    r: made.r,
    pc: cpu.pc,
  };
}

const base = mov(1, DEVICE);
const handlersBase = mov(7, DEVICE);
/** From the instruction at this index back to the one behind `base`. */
const again = (index: number): number => b(4 - 4 * index);

describe('a load from a peripheral in the fast loop', () => {
  test.each([
    ['reads the time of the instruction itself', [base, ldr(0, at(1)), ldr(2, at(1)), again(3)]],
    ['reads once for each load', [base, ldr(0, at(1, 4)), add(3, 3, reg(0)), again(3)]],
    ['takes a byte without its sign', [base, ldrb(0, at(1, 4)), add(3, 3, reg(0)), again(3)]],
    ['takes an interrupt that it set off', [base, ldr(0, at(1, 8)), mov(5, 1), again(3)]],
    ['stops where the device stops the machine', [base, ldr(0, at(1, 12)), mov(5, 1), again(3)]],
    ['aborts where no device answers', [handlersBase, base, add(1, 1, 0x4000), ldr(0, at(1))]],
    ['aborts on a byte too', [handlersBase, base, add(1, 1, 0x4000), ldrb(0, at(1))]],
    ['rotates a word from an odd address', [base, ldr(0, at(1, 5)), mov(5, 1), again(3)]],
  ])('%s, as the reference path does', (_, program) => {
    const fast = run(false, program, 200);
    const reference = run(true, program, 200);
    expect({ ...fast, r: null }).toEqual({ ...reference, r: null });
    expect(fast.instructions).toBeGreaterThan(1);
  });

  test('the abort is entered once, with the address of the load in its link', () => {
    const program = [handlersBase, base, add(1, 1, 0x4000), ldr(0, at(1))];
    const { pc, events, r } = run(false, program, 200);
    expect(pc).toBe(ABORT_VECTOR + 4);
    expect(r(6)).toBe(1);
    expect(r(14)).toBe(PROGRAM + 12 + 8);
    expect(events.map(({ kind, where, count }) => [kind, where, count])).toEqual([
      ['unmapped-access', `0x${EMPTY.toString(16)}`, 1],
    ]);
  });

  test('the interrupt is taken behind the load, before the next instruction', () => {
    const { pc, r } = run(false, [base, ldr(0, at(1, 8)), mov(5, 1)], 200);
    expect(pc).toBe(IRQ_VECTOR);
    expect(r(0)).toBe(8);
    expect(r(5)).toBe(0);
  });
});
