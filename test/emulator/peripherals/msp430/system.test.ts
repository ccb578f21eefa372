/** MSP430F1611: widths of registers, special function registers, clocks and low-power modes, watchdog, ports.
 *  Source: MSP430x1xx family user's guide, the chapters of those names. */

import { describe, expect, test } from 'vitest';
import {
  register,
  bits as registerBits,
  wordRegister,
} from '../../../../emulator/machine/registers.ts';
import { Msp430Watchdog } from '../../../../emulator/peripherals/msp430/watchdog.ts';
import { ACLK_TICKS, mspRig } from './rig.ts';

const IE1 = 0x00;
const IFG1 = 0x02;
const DCOCTL = 0x56;
const BCSCTL1 = 0x57;
const BCSCTL2 = 0x58;
const WDTCTL = 0x120;

describe('register space', () => {
  test('a 16-bit register by words and byte lanes; a byte written is an event and clears the other', () => {
    const rig = mspRig();
    rig.registers.declare([wordRegister('X', { at: 0x160, width: 16 })]);
    const { bus } = rig.machine;
    bus.write(0x161, 2, 0x1234);
    expect([bus.read(0x160, 2), bus.read(0x160, 1), bus.read(0x161, 1)]).toEqual([
      0x1234, 0x34, 0x12,
    ]);
    expect(rig.kinds()).toEqual([]);
    bus.write(0x160, 1, 0x56);
    expect(bus.read(0x160, 2)).toBe(0x0056);
    expect(rig.kinds()).toEqual(['register-width']);
  });
  test('a word access to an 8-bit register is an event and touches that byte only', () => {
    const rig = mspRig();
    rig.machine.bus.write(0x56, 2, 0x1122);
    expect(rig.load(DCOCTL)).toBe(0x22);
    expect(rig.load(BCSCTL1)).toBe(0x84);
    expect(rig.kinds()).toEqual(['register-width']);
  });
  test('widths have their place: none of 16 bits below 0x100, none of 8 above', () => {
    const rig = mspRig();
    const byte = register('B', { at: 0x140, width: 8 }, { ALL: registerBits(7, 0) });
    expect(() => rig.registers.declare([byte])).toThrow(RangeError);
    expect(() => rig.registers.declare([wordRegister('W', { at: 0x40, width: 16 })])).toThrow();
  });
  test.each([
    ['a reserved bit', 0x01, 0x01, 'reserved-bit'],
    ['a gap in a register', 0x58, 0x01, 'gap-register'],
    ['a read-only register', 0x20, 0xff, 'read-only-write'],
  ])('%s written is an event', (_name, at, value, kind) => {
    const rig = mspRig();
    rig.store(at, value);
    expect(rig.kinds()).toEqual([kind]);
  });
  test('nothing there is an event', () => {
    const rig = mspRig();
    expect(rig.load(0x0f)).toBe(0);
    expect(rig.kinds()).toEqual(['unmapped-access']);
  });
});

describe('interrupts', () => {
  test('the higher vector goes first', () => {
    const rig = mspRig();
    rig.interrupts.set(rig.VECTORS.PORT2, true);
    rig.interrupts.set(rig.VECTORS.TIMERB0, true);
    expect(rig.interrupts.highest).toBe(13);
    rig.interrupts.reset();
    expect(rig.interrupts.highest).toBe(-1);
  });
  test('a flag and its enable make a line; entering the vector clears the flag', () => {
    const rig = mspRig();
    rig.store(IE1, 0x40);
    expect(rig.lines.size).toBe(0);
    rig.store(IFG1, 0xc2);
    expect([...rig.lines]).toEqual([rig.VECTORS.USART0RX]);
    rig.interrupts.taken(rig.VECTORS.USART0RX);
    expect(rig.lines.size).toBe(0);
    expect(rig.load(IFG1)).toBe(0x82);
  });
  test('an access violation of the flash is an NMI, whose entry clears ACCVIE', () => {
    const rig = mspRig();
    rig.sfr.setViolation(true);
    rig.store(IE1, 0x20);
    expect([...rig.lines]).toEqual([rig.VECTORS.NMI]);
    rig.interrupts.taken(rig.VECTORS.NMI);
    expect(rig.lines.size).toBe(0);
    expect(rig.load(IE1)).toBe(0);
  });
});

describe('clocks', () => {
  test('after a PUC: DCO at about 800 kHz for MCLK and SMCLK, ACLK 32768 Hz', () => {
    const rig = mspRig();
    expect(rig.hz(rig.clocking.mclk)).toBeCloseTo(800e3, -4);
    expect(rig.hz(rig.clocking.smclk)).toBe(rig.hz(rig.clocking.mclk));
    expect(rig.hz(rig.clocking.aclk)).toBe(32_768);
    expect([rig.load(DCOCTL), rig.load(BCSCTL1), rig.load(BCSCTL2)]).toEqual([0x60, 0x84, 0]);
  });
  test('every step of RSEL and DCO is faster, RSEL 7 with DCO 7 about 4.9 MHz', () => {
    const rig = mspRig();
    for (const [reg, values] of [
      [BCSCTL1, [0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87]],
      [DCOCTL, [0x00, 0x20, 0x40, 0x60, 0x80, 0xa0, 0xc0, 0xe0]],
    ] as const) {
      let last = 0;
      for (const value of values) {
        rig.store(reg, value);
        expect(rig.clocking.mclkHz).toBeGreaterThan(last);
        last = rig.clocking.mclkHz;
      }
    }
    expect(rig.clocking.mclkHz / 1e6).toBeCloseTo(4.9, 1);
  });
  test('MOD mixes: 16 of 32 cycles lie between a code and the next; at DCO = 7 it does nothing', () => {
    const rig = mspRig();
    const hz = (dcoctl: number) => {
      rig.store(DCOCTL, dcoctl);
      return rig.clocking.dcoHz;
    };
    const [low, mixed, high] = [hz(0x60), hz(0x70), hz(0x80)];
    expect(mixed).toBeCloseTo(2 / (1 / low + 1 / high), 3);
    expect(hz(0xff)).toBe(hz(0xe0));
  });
  test('dividers', () => {
    const rig = mspRig();
    const dco = rig.hz(rig.clocking.mclk);
    rig.store(BCSCTL2, 0x10 | 0x06);
    rig.store(BCSCTL1, 0x84 | 0x20);
    expect(rig.hz(rig.clocking.mclk)).toBe(dco / 2);
    expect(rig.hz(rig.clocking.smclk)).toBe(dco / 8);
    expect(rig.hz(rig.clocking.aclk)).toBe(8192);
  });
  test('MCLK from LFXT1', () => {
    const rig = mspRig();
    rig.store(BCSCTL2, 0xc0);
    expect(rig.clocking.mclkHz).toBe(32_768);
  });
  test.each([
    [0x10, ['MCLK']],
    [0x50, ['MCLK']],
    [0x90, ['MCLK', 'SMCLK']],
    [0xd0, ['MCLK', 'SMCLK']],
    [0xf0, ['ACLK', 'MCLK', 'SMCLK']],
  ])('status bits 0x%s stop %j', (status, stopped) => {
    const rig = mspRig();
    rig.clocking.setStatus(status);
    const standing = rig.clocks.list().filter(({ hz }) => hz === 0);
    expect(standing.map(({ name }) => name)).toEqual(stopped);
    rig.clocking.setStatus(0);
    expect(rig.clocks.list().every(({ hz }) => hz > 0)).toBe(true);
  });
  test('waking takes time only where the DCO was off', () => {
    const rig = mspRig();
    rig.clocking.setStatus(0x10);
    expect(rig.clocking.wakeTicks).toBe(0);
    rig.clocking.setStatus(0xd0);
    expect(rig.clocking.wakeTicks).toBe(Math.round(6e-6 * 2 ** 30));
  });
  test('XT2 turned on without a crystal: OFIFG comes back, until it is off again', () => {
    const rig = mspRig();
    rig.store(IFG1, 0);
    expect(rig.load(IFG1)).toBe(0);
    rig.store(BCSCTL1, 0x04);
    expect(rig.load(IFG1)).toBe(2);
    rig.store(IFG1, 0);
    expect(rig.load(IFG1)).toBe(2);
    rig.store(BCSCTL1, 0x84);
    rig.store(IFG1, 0);
    expect(rig.load(IFG1)).toBe(0);
  });
});

describe('watchdog', () => {
  function watched() {
    const rig = mspRig();
    const seen = { pucs: 0 };
    const watchdog: Msp430Watchdog = new Msp430Watchdog(
      rig.machine,
      rig.clocks,
      rig.registers,
      rig.sfr,
      {
        aclk: rig.clocking.aclk,
        smclk: rig.clocking.smclk,
        puc: () => {
          seen.pucs++;
          rig.sfr.reset('puc');
          watchdog.reset('puc');
        },
      },
    );
    watchdog.reset('por');
    return { ...rig, seen, watchdog };
  }

  test('runs after a reset: a PUC after 32768 SMCLK, not one less, and WDTIFG says why', () => {
    const rig = watched();
    rig.passSmclk(32_767);
    expect(rig.seen.pucs).toBe(0);
    rig.passSmclk(1);
    expect(rig.seen.pucs).toBe(1);
    expect(rig.load(IFG1) & 1).toBe(1);
    expect(rig.kinds()).toEqual(['watchdog-reset']);
  });
  test('5A80 holds it, and it reads 69', () => {
    const rig = watched();
    rig.store(WDTCTL, 0x5a80);
    expect(rig.load(WDTCTL)).toBe(0x6980);
    rig.passAclk(32_768);
    expect(rig.seen.pucs).toBe(0);
  });
  test.each([0x6980, 0x0080])('%i: without the password a PUC', (value) => {
    const rig = watched();
    rig.store(WDTCTL, value);
    expect(rig.seen.pucs).toBe(1);
    expect(rig.load(WDTCTL)).toBe(0x6900);
  });
  test.each([
    [0, 32_768],
    [1, 8192],
    [2, 512],
    [3, 64],
  ])('interval mode, WDTIS %i: WDTIFG each %i ACLK and no PUC', (is, cycles) => {
    const rig = watched();
    rig.store(IE1, 1);
    rig.store(WDTCTL, 0x5a00 | 0x1c | is);
    for (let i = 0; i < 2; i++) {
      rig.passAclk(cycles - 1);
      expect(rig.lines.size).toBe(0);
      rig.passAclk(1);
      expect([...rig.lines]).toEqual([rig.VECTORS.WDT]);
      rig.interrupts.taken(rig.VECTORS.WDT);
    }
    expect(rig.seen.pucs).toBe(0);
  });
  test('WDTCNTCL starts anew; a store without it does not', () => {
    const rig = watched();
    rig.store(WDTCTL, 0x5a0c | 3);
    rig.passAclk(60);
    rig.store(WDTCTL, 0x5a0c | 3);
    rig.passAclk(63);
    expect(rig.seen.pucs).toBe(0);
    rig.store(WDTCTL, 0x5a04 | 3);
    rig.passAclk(1);
    expect(rig.seen.pucs).toBe(1);
  });
  test('stands still with its clock', () => {
    const rig = watched();
    rig.clocking.setStatus(0xd0);
    rig.passTicks(100_000 * ACLK_TICKS);
    expect(rig.seen.pucs).toBe(0);
  });
});

describe('ports', () => {
  const P1 = { IN: 0x20, OUT: 0x21, DIR: 0x22, IFG: 0x23, IES: 0x24, IE: 0x25, SEL: 0x26 };

  test('outputs show in PxIN, inputs show the board', () => {
    const rig = mspRig();
    rig.store(P1.DIR, 0x0f);
    rig.store(P1.OUT, 0xf5);
    rig.ports.drive(1, 7, true);
    expect(rig.load(P1.IN)).toBe(0x85);
    rig.ports.drive(1, 7, null);
    expect(rig.load(P1.IN)).toBe(0x05);
  });
  test.each([
    [0, true],
    [1, false],
  ])('IES %i: the flag is set by an edge to %s and not by the other', (ies, level) => {
    const rig = mspRig();
    rig.ports.drive(2, 0, !level);
    rig.store(0x2c, ies);
    rig.store(0x2b, 0);
    rig.store(0x2d, 1);
    rig.ports.drive(2, 0, level);
    expect([...rig.lines]).toEqual([rig.VECTORS.PORT2]);
    rig.store(0x2b, 0);
    expect(rig.lines.size).toBe(0);
    rig.ports.drive(2, 0, !level);
    expect(rig.load(0x2b)).toBe(0);
  });
  test('software sets a flag, and choosing the other edge may', () => {
    const rig = mspRig();
    rig.store(P1.IE, 0x03);
    rig.store(P1.IFG, 0x02);
    expect([...rig.lines]).toEqual([rig.VECTORS.PORT1]);
    rig.store(P1.IFG, 0);
    rig.store(P1.IES, 0x01);
    expect(rig.load(P1.IFG)).toBe(0x01);
  });
  test('a module drives only what PxSEL and PxDIR give it', () => {
    const rig = mspRig();
    rig.ports.setModule(4, 1, true);
    expect(rig.ports.level(4, 1)).toBe(false);
    rig.store(0x1e, 0x02);
    rig.store(0x1f, 0x02);
    expect(rig.ports.level(4, 1)).toBe(true);
  });
  test('P3 to P6 have no interrupts; a PUC leaves PxOUT and clears the rest', () => {
    const rig = mspRig();
    for (const at of [0x18, 0x1c, 0x30, 0x34]) {
      rig.store(at + 2, 0xff);
      rig.store(at + 1, 0xa5);
      expect(rig.load(at)).toBe(0xa5);
    }
    rig.ports.reset('puc');
    expect([rig.load(0x18), rig.load(0x19), rig.load(0x1a)]).toEqual([0, 0xa5, 0]);
  });
});
