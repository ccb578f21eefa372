/** An ATmega32U4 whose own code programs a page: SPM from the boot section, seen by the core, the cells,
 *  the energy meter and the traffic counter. Source: ATmega16U4/32U4 data sheet, "Self-Programming". */

import { expect, test } from 'vitest';
import { ATMEGA32U4_16MHZ_5V } from '../../../emulator/energy/currents.ts';
import { avr } from '../../helpers/avr-assembler.ts';
import { avrRig, bytesOfWords, CYCLE } from './avr-rig.ts';

const BOOT_START = 0x7000;
const SPMCSR = 0x37;
const LOAD_BUFFER = 0x01;
const ERASE = 0x03;
const WRITE = 0x05;
const ENABLE_RWW = 0x11;

/** Word addresses from the boot start: 1 is the subroutine, 7 the main program. */
const SUBROUTINE = 1;
const MAIN = 7;

/** A command in r16, Z the address, r1:r0 the word; the subroutine waits until SPMEN is clear. */
function program(page: number): Uint8Array {
  const words = [
    avr.rjmp(MAIN - 1),
    avr.out(SPMCSR, 16),
    avr.spm,
    avr.in(17, SPMCSR),
    avr.sbrc(17, 0),
    avr.rjmp(-3),
    avr.ret,
    avr.ldi(30, page & 0xff),
    avr.ldi(31, page >> 8),
    avr.ldi(18, 0x34),
    avr.ldi(19, 0x12),
    avr.mov(0, 18),
    avr.mov(1, 19),
  ];
  for (const command of [LOAD_BUFFER, ERASE, WRITE, ENABLE_RWW]) {
    words.push(avr.ldi(16, command));
    words.push(avr.rcall(SUBROUTINE - (words.length + 1)));
  }
  words.push(avr.lpm(20, 'z'), avr.rjmp(-1));
  return bytesOfWords(words);
}

function run(page: number) {
  const rig = avrRig(null, { fuses: { high: 0xd8 }, lockBits: 0x3f });
  rig.chip.flash.load(BOOT_START, program(page));
  rig.chip.flash.load(page, new Uint8Array(128));
  rig.chip.powerOn();
  rig.pass(100_000);
  return rig;
}

test('code of the boot section erases and programs a page of the application, and reads it back', () => {
  const { chip, events } = run(0x0100);
  expect(events()).toEqual([]);
  expect([...chip.flash.readView(0x0100, 4)]).toEqual([0x34, 0x12, 0xff, 0xff]);
  expect(chip.cpu.getRegister('r20')).toBe(0x34);
});

test('the same in the no-read-while-write section halts the CPU: it polls SPMEN not even twice', () => {
  const rww = run(0x0100);
  const nrww = run(0x7f00);
  expect([...nrww.chip.flash.readView(0x7f00, 2)]).toEqual([0x34, 0x12]);
  const polled = rww.chip.cpu.instructionCount - nrww.chip.cpu.instructionCount;
  // Two operations of 4.5 ms, four cycles a turn of three instructions, skipped in time but counted.
  expect(polled).toBeGreaterThan((2 * 4500 * 16 * 3) / 4 - 100);
});

test('waiting for SPMEN is skipped: of 72,000 cycles of a page operation the host executes a few slices', () => {
  const { chip, pass } = avrRig(null, { fuses: { high: 0xd8 }, lockBits: 0x3f });
  chip.flash.load(BOOT_START, program(0x0100));
  const slices: number[] = [];
  let running = 0;
  const step = chip.cpu.run.bind(chip.cpu);
  chip.cpu.run = () => {
    running++;
    step();
  };
  chip.flash.onOperationBegin = () => {
    running = 0;
  };
  chip.flash.onOperationEnd = () => slices.push(running);
  chip.powerOn();
  pass(100_000);
  expect(slices).toHaveLength(2);
  // One slice of 8192 cycles, and the steps of one turn of the loop.
  expect(Math.max(...slices)).toBeLessThanOrEqual(8);
});

test('traffic: one erase, one program, reads by page, regions there and back', () => {
  const { chip } = run(0x0100);
  const { erases, programs, bytesRead, regionsActivated } = chip.traffic.read();
  expect(erases.flatMap((count, page) => (count > 0 ? [page] : []))).toEqual([2]);
  expect(programs[2]).toBe(1);
  expect(bytesRead.reduce((sum, count) => sum + count, 0)).toBe(1);
  // No byte was read before the page: from address 0 to 0x100, nine terms, there and back.
  expect(regionsActivated[2]).toBe(18);
});

test('energy: the time since power-on, at the current of an active CPU', () => {
  const { chip } = run(0x0100);
  const states = chip.energy.read(ATMEGA32U4_16MHZ_5V, 5000);
  expect(states.map(({ state }) => state)).toEqual(['active']);
  expect(states[0]!.timeUs).toBeCloseTo(100_000, 0);
  expect(states[0]!.millijoules).toBeCloseTo(0.1 * 27 * 5, 3);
});

test('a power cut inside the page write leaves the page torn, its neighbours whole', () => {
  const rig = avrRig(null, { fuses: { high: 0xd8 }, lockBits: 0x3f });
  const { chip } = rig;
  chip.flash.load(BOOT_START, program(0x0100));
  chip.flash.load(0x0080, new Uint8Array(3 * 128));
  let begun = 0;
  chip.flash.onOperationBegin = () => {
    begun++;
    chip.machine.stop();
  };
  chip.powerOn();
  rig.pass(100_000);
  expect(begun).toBe(1);
  chip.machine.runUntil(chip.machine.now + 2250 * 16 * CYCLE);
  chip.flash.powerFail('random-bits', 5);
  chip.powerOff();
  const page = chip.flash.readView(0x0100, 128);
  expect(page.some((byte) => byte !== 0 && byte !== 0xff)).toBe(true);
  expect([...chip.flash.readView(0x0080, 128), ...chip.flash.readView(0x0180, 128)]).toEqual(
    new Array(256).fill(0),
  );
});

test('lock bits that forbid the boot section to the application hold after every reset', () => {
  // BLB12 programmed: LPM of the application from the boot section reads FF.
  const { chip, pass } = avrRig(
    [avr.ldi(31, 0x70), avr.ldi(30, 0), avr.lpm(20, 'z'), avr.rjmp(-1)],
    {
      lockBits: 0x1f,
    },
  );
  chip.flash.load(BOOT_START, Uint8Array.of(0x42));
  chip.powerOn();
  pass(100_000);
  expect(chip.cpu.getRegister('r20')).toBe(0xff);
  chip.reset('external');
  chip.cpu.setRegister('r20', 0);
  pass(100_000);
  expect(chip.cpu.getRegister('r20')).toBe(0xff);
});
