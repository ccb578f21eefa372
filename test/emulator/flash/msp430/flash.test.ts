/** Flash controller of the MSP430F1611: keys, clock, times, violations, and what ends an operation early.
 *  Source: MSP430x4xx user's guide, "Flash Memory Controller" (same module); SLAS648E (times). */

import { describe, expect, test } from 'vitest';
import { CLOCK_TICKS, FCTL1, FCTL2, FCTL3, FTG_TICKS, fctlRig, IN_FLASH, IN_RAM } from './rig.ts';

const WRT = 0x40;
const BLKWRT = 0x80;
const ERASE = 0x02;
const MERAS = 0x04;
const LOCK = 0x10;
const WAIT = 0x08;
const ACCVIFG = 0x04;
const KEYV = 0x02;

describe('keys', () => {
  test('registers read 96 in the high byte: 9600, 9642, 9618', () => {
    const rig = fctlRig();
    expect([FCTL1, FCTL2, FCTL3].map((at) => rig.load(at))).toEqual([0x9600, 0x9642, 0x9618]);
  });
  test.each([FCTL1, FCTL2, FCTL3])('a wrong key at 0x%s is a PUC, and KEYV outlives it', (at) => {
    const rig = fctlRig();
    rig.open(WRT);
    rig.store(at, 0x9640);
    expect(rig.chip.pucs).toBe(1);
    expect(rig.load(FCTL3)).toBe(0x9618 | KEYV);
    expect(rig.load(FCTL1)).toBe(0x9600);
    rig.controller.reset('por');
    expect(rig.load(FCTL3)).toBe(0x9618);
  });
  test('EX-ORing FCTL3 with FCTL key 33 toggles LOCK and is no violation', () => {
    const rig = fctlRig();
    rig.store(FCTL3, rig.load(FCTL3) ^ 0x3310);
    expect(rig.chip.pucs).toBe(0);
    expect(rig.flags & LOCK).toBe(0);
  });
});

describe('times', () => {
  test.each([
    ['byte program', WRT, 0x5001, 1 as const, 35],
    ['word program', WRT, 0x5000, 2 as const, 35],
    ['segment erase', ERASE, 0x5000, 2 as const, 4819],
    ['mass erase', MERAS, 0x5000, 2 as const, 5297],
    ['mass erase with information memory', MERAS | ERASE, 0x1000, 2 as const, 5297],
  ])('BUSY holds for a %s: mode 0x%s at 0x%s, %i bytes, %i cycles', (...args) => {
    const [, mode, at, size, cycles] = args;
    const rig = fctlRig();
    rig.open(mode);
    rig.store(at, 0x1234, size);
    rig.machine.runUntil(cycles * FTG_TICKS - 1);
    expect(rig.busy).toBe(true);
    rig.machine.runUntil(cycles * FTG_TICKS);
    expect(rig.busy).toBe(false);
  });
  test.each([
    ['MCLK / 2', 0x40 | 1, 2 * 2 * CLOCK_TICKS],
    ['SMCLK / 3', 0x80 | 2, 3 * CLOCK_TICKS],
    ['SMCLK / 4', 0xc0 | 3, 4 * CLOCK_TICKS],
  ])('FCTL2 selects %s', (_name, control, ticks) => {
    const rig = fctlRig();
    rig.open(WRT);
    rig.store(FCTL2, 0xa500 | control);
    rig.store(0x5000, 0);
    expect(rig.flash.operation?.endTick).toBe(35 * ticks);
  });
  test.each([
    [1, 500],
    [2, 333],
    [3, 250],
  ])('FN = %i gives %i kHz, and outside 257 to 476 kHz is an event, not a refusal', (fn, khz) => {
    const rig = fctlRig();
    rig.open(WRT);
    rig.store(FCTL2, 0xa5c0 | fn);
    rig.store(0x5000, 0);
    rig.passFtg(70);
    expect(rig.load(0x5000)).toBe(0);
    expect(rig.kinds()).toEqual(khz === 333 ? [] : ['flash-clock-range']);
  });
  test('without a clock nothing begins', () => {
    const rig = fctlRig();
    rig.open(WRT);
    rig.store(FCTL2, 0xa500);
    rig.store(0x5000, 0);
    expect(rig.busy).toBe(false);
    expect(rig.kinds()).toEqual(['flash-clock-range']);
  });
});

describe('program', () => {
  test('bits only fall: F0F0 then 0FF0 leaves 00F0, and WRT stays set', () => {
    const rig = fctlRig();
    rig.open(WRT);
    rig.store(0x5000, 0xf0f0);
    rig.passFtg(35);
    rig.store(0x5000, 0x0ff0);
    rig.passFtg(35);
    expect(rig.load(0x5000)).toBe(0x00f0);
    expect(rig.load(FCTL1)).toBe(0x9600 | WRT);
  });
  test('a byte leaves its neighbour alone, also in information memory', () => {
    const rig = fctlRig();
    rig.open(WRT);
    rig.store(0x107f, 0x12, 1);
    rig.passFtg(35);
    expect(rig.load(0x107e)).toBe(0x12ff);
    expect(rig.load(0x107f, 1)).toBe(0x12);
  });
  test('LOCK: ignored, an event, no violation', () => {
    const rig = fctlRig();
    rig.open(WRT);
    rig.store(FCTL3, 0xa500 | LOCK);
    rig.store(0x5000, 0);
    expect(rig.busy).toBe(false);
    expect(rig.flags & ACCVIFG).toBe(0);
    expect(rig.kinds()).toEqual(['flash-protected']);
  });
  test('without WRT or ERASE: ACCVIFG, which software clears', () => {
    const rig = fctlRig();
    rig.open(0);
    rig.store(0x5000, 0);
    expect(rig.flags & ACCVIFG).toBe(ACCVIFG);
    expect(rig.chip.violation).toBe(true);
    rig.store(FCTL3, 0xa500);
    expect(rig.chip.violation).toBe(false);
    expect(rig.load(0x5000)).toBe(0xffff);
  });
  test('below 2.7 V: BUSY as ever, no effect, no flag, one event', () => {
    const rig = fctlRig();
    rig.chip.millivolts = 2699;
    rig.open(WRT);
    rig.store(0x5000, 0);
    rig.passFtg(34);
    expect(rig.busy).toBe(true);
    rig.passFtg(1);
    expect(rig.flags).toBe(WAIT);
    expect(rig.load(0x5000)).toBe(0xffff);
    expect(rig.kinds()).toEqual(['flash-undervoltage']);
    rig.chip.millivolts = 2700;
    rig.store(0x5000, 0);
    rig.passFtg(35);
    expect(rig.load(0x5000)).toBe(0);
  });
  test('a third pass over a block at 333 kHz passes 10 ms; an erase starts the count anew', () => {
    const rig = fctlRig();
    rig.open(WRT);
    const pass = () => {
      for (let at = 0x5000; at < 0x5040; at += 2) {
        rig.store(at, 0);
        rig.passFtg(35);
      }
    };
    pass();
    pass();
    expect(rig.kinds()).toEqual([]);
    pass();
    expect(rig.kinds()).toEqual(['flash-program-time']);
    rig.open(ERASE);
    rig.store(0x5000, 0);
    rig.passFtg(4819);
    expect(rig.controller.history.programTimeUs(0x5000)).toBe(0);
  });
});

describe('erase', () => {
  const bytesAt = (rig: ReturnType<typeof fctlRig>, ...at: number[]) =>
    at.map((address) => rig.load(address, 1));
  const filled = () => {
    const rig = fctlRig();
    rig.flash.load(0x4000, new Uint8Array(0xc100));
    return rig;
  };

  test('the dummy write selects a segment; its data are ignored and ERASE clears itself', () => {
    const rig = filled();
    rig.open(ERASE);
    rig.store(0xfe80, 0x1234);
    rig.passFtg(4819);
    expect(bytesAt(rig, 0xfdff, 0xfe00, 0xfe80, 0xffff)).toEqual([0, 0xff, 0xff, 0xff]);
    expect(rig.load(FCTL1)).toBe(0x9600);
    expect(rig.flash.eraseCount(95)).toBe(1);
  });
  test('information memory B is a segment of 128 bytes', () => {
    const rig = filled();
    rig.open(ERASE);
    rig.store(0x1000, 0);
    rig.passFtg(4819);
    expect(bytesAt(rig, 0x1000, 0x107f, 0x1080, 0x4000)).toEqual([0xff, 0xff, 0, 0]);
  });
  test.each([
    ['main memory', MERAS, 0],
    ['all', MERAS | ERASE, 0xff],
  ])('a mass erase takes %s', (_name, mode, info) => {
    const rig = filled();
    rig.open(mode);
    rig.store(0x9000, 0);
    rig.passFtg(5297);
    expect(bytesAt(rig, 0x4000, 0xffff, 0x1000, 0x10ff)).toEqual([0xff, 0xff, info, info]);
  });
  test.each([
    [12, ['flash-erase-short']],
    [13, []],
  ])('%i mass erases of 15.9 ms, then a program: %j', (times, kinds) => {
    const rig = fctlRig();
    for (let i = 0; i < times; i++) {
      rig.open(MERAS);
      rig.store(0x4000, 0);
      rig.passFtg(5297);
    }
    rig.open(WRT);
    rig.store(0x4000, 0);
    rig.passFtg(35);
    expect(rig.kinds()).toEqual(kinds);
  });
});

describe('while BUSY', () => {
  test('started in RAM: the CPU runs; a read or fetch of flash gives 3FFF and ACCVIFG', () => {
    for (const touch of ['read', 'fetch'] as const) {
      const rig = fctlRig();
      rig.open(ERASE);
      rig.store(0x5000, 0);
      expect(rig.chip.held).toBe(false);
      const { bus } = rig.machine;
      expect(touch === 'read' ? bus.read(0x8000, 2) : bus.fetch(0x8000, 2)).toBe(0x3fff);
      expect(rig.flags & ACCVIFG).toBe(ACCVIFG);
      expect([rig.load(0x1000, 1), rig.load(0x1001, 1)]).toEqual([0xff, 0x3f]);
      rig.passFtg(4819);
      expect(bus.fetch(0x8000, 2)).toBe(0xffff);
    }
  });
  test('started in flash: the CPU stands still to the end', () => {
    const rig = fctlRig();
    rig.machine.bus.currentPc = IN_FLASH;
    rig.open(WRT);
    rig.store(0x5000, 0);
    rig.passFtg(34);
    expect(rig.chip.held).toBe(true);
    rig.passFtg(1);
    expect(rig.chip.held).toBe(false);
    expect(rig.kinds()).toEqual([]);
  });
  test('a store to flash, FCTL1 or FCTL2 is ignored with ACCVIFG', () => {
    for (const [at, value] of [
      [0x6000, 0],
      [FCTL1, 0xa500],
      [FCTL2, 0xa540],
    ] as const) {
      const rig = fctlRig();
      rig.open(WRT);
      rig.store(0x5000, 0);
      const before = [rig.load(FCTL1), rig.load(FCTL2)];
      rig.store(at, value);
      expect(rig.flags & ACCVIFG).toBe(ACCVIFG);
      expect([rig.load(FCTL1), rig.load(FCTL2)]).toEqual(before);
      rig.passFtg(35);
      expect(rig.load(0x5000)).toBe(0);
      expect(rig.load(0x6000)).toBe(0xffff);
    }
  });
});

describe('block write', () => {
  const begun = (options = {}) => {
    const rig = fctlRig(options);
    rig.open(WRT | BLKWRT);
    rig.store(0x5000, 0x1111);
    return rig;
  };
  test('30 cycles, 21 for the next word, 6 to the end; BUSY all along, WAIT between words', () => {
    const rig = begun();
    rig.passFtg(29);
    expect(rig.flags).toBe(1);
    rig.passFtg(1);
    expect(rig.flags).toBe(WAIT | 1);
    rig.store(0x5002, 0x2222);
    rig.passFtg(20);
    expect(rig.flags).toBe(1);
    rig.passFtg(1);
    expect(rig.flags).toBe(WAIT | 1);
    rig.store(FCTL1, 0xa500 | WRT);
    rig.passFtg(5);
    expect(rig.busy).toBe(true);
    rig.passFtg(1);
    expect(rig.flags).toBe(WAIT);
    expect([rig.load(0x5000), rig.load(0x5002)]).toEqual([0x1111, 0x2222]);
    expect(rig.load(FCTL1)).toBe(0x9600 | WRT);
    expect(rig.kinds()).toEqual([]);
  });
  test('a read in WAIT gives 3FFF without a flag; a fetch is a violation, locks and ends it', () => {
    const rig = begun();
    rig.passFtg(30);
    expect(rig.load(0x8000)).toBe(0x3fff);
    expect(rig.flags).toBe(WAIT | 1);
    rig.machine.bus.fetch(0x8000, 2);
    expect(rig.flags & (ACCVIFG | LOCK)).toBe(ACCVIFG | LOCK);
    rig.passFtg(6);
    expect(rig.busy).toBe(false);
    expect(rig.load(FCTL1) & BLKWRT).toBe(0);
  });
  test('code in flash is not held: its next fetch locks, the word is finished, then it ends', () => {
    const rig = fctlRig();
    rig.machine.bus.currentPc = IN_FLASH;
    rig.open(WRT | BLKWRT);
    rig.store(0x5000, 0x1111);
    expect(rig.chip.held).toBe(false);
    expect(rig.machine.bus.fetch(IN_FLASH + 6, 2)).toBe(0x3fff);
    expect(rig.flags & LOCK).toBe(LOCK);
    rig.passFtg(36);
    expect(rig.busy).toBe(false);
    expect(rig.load(0x5000)).toBe(0x1111);
  });
  test('a store beyond the 64 bytes is a violation', () => {
    const rig = begun();
    rig.passFtg(30);
    rig.store(0x5040, 0);
    expect(rig.flags & ACCVIFG).toBe(ACCVIFG);
    rig.passFtg(30);
    expect(rig.load(0x5040)).toBe(0xffff);
  });
  test.each([
    [false, 0],
    [true, 1],
  ])(
    'a cut between words, row at risk %s: weak cells in what is programmed: %i',
    (rowAtRisk, weak) => {
      const rig = begun({ rowAtRisk });
      rig.passFtg(30);
      rig.flash.powerFail('weak-bits', 1);
      rig.controller.powerOff();
      expect(Math.sign(rig.flash.weakBitsIn(0x5000, 64))).toBe(weak);
      expect(rig.busy).toBe(false);
    },
  );
});

describe('an operation that does not end', () => {
  test('a cut inside a word program touches that word only', () => {
    const rig = fctlRig();
    rig.open(WRT);
    rig.store(0x5000, 0x5555);
    rig.passFtg(35);
    rig.store(0x5002, 0);
    rig.passFtg(17);
    rig.flash.powerFail('random-bits', 7);
    rig.controller.powerOff();
    expect([rig.load(0x5000), rig.load(0x5004)]).toEqual([0x5555, 0xffff]);
    expect(rig.load(0x5002)).not.toBe(0);
    expect(rig.load(0x5002)).not.toBe(0xffff);
    expect(rig.load(FCTL3)).toBe(0x9618);
  });
  test('a cut inside a word of a block write touches that word only', () => {
    const rig = fctlRig();
    rig.open(WRT | BLKWRT);
    rig.store(0x5000, 0x5555);
    rig.passFtg(30);
    rig.store(0x5002, 0);
    rig.passFtg(10);
    rig.flash.powerFail('random-bits', 7);
    rig.controller.powerOff();
    expect([rig.load(0x5000), rig.load(0x5004)]).toEqual([0x5555, 0xffff]);
    expect([0, 0xffff]).not.toContain(rig.load(0x5002));
    expect(rig.flash.weakBitsIn(0x5000, 64)).toBe(0);
  });
  test('EMEX ends an erase at once and leaves it torn', () => {
    const rig = fctlRig();
    rig.flash.load(0x5000, new Uint8Array(512));
    rig.open(ERASE);
    rig.store(0x5000, 0);
    rig.passFtg(2400);
    rig.store(FCTL3, 0xa520);
    expect(rig.busy).toBe(false);
    expect(rig.load(FCTL1)).toBe(0x9600);
    const view = rig.flash.readView(0x5000, 512);
    expect(view.some((byte) => byte !== 0)).toBe(true);
    expect(view.some((byte) => byte !== 0xff)).toBe(true);
  });
  test('a reset tears, frees the CPU and leaves the controller locked', () => {
    const rig = fctlRig();
    rig.flash.load(0x5000, new Uint8Array(512));
    rig.machine.bus.currentPc = IN_FLASH;
    rig.open(ERASE);
    rig.store(0x5000, 0);
    rig.passFtg(2400);
    rig.controller.reset('puc');
    expect(rig.chip.held).toBe(false);
    expect(rig.load(FCTL3)).toBe(0x9618);
    const view = rig.flash.readView(0x5000, 512);
    expect(view.some((byte) => byte !== 0 && byte !== 0xff)).toBe(true);
    rig.passFtg(4819);
    expect([...rig.flash.readView(0x5000, 512)]).toEqual([...view]);
  });
  test('a snapshot holds an operation in flight and a block write in WAIT', () => {
    const rig = fctlRig();
    rig.machine.bus.currentPc = IN_RAM;
    rig.open(WRT | BLKWRT);
    rig.store(0x5000, 0x1111);
    rig.passFtg(30);
    const snapshot = rig.machine.takeSnapshot();
    rig.store(FCTL1, 0xa500);
    rig.passFtg(6);
    expect(rig.busy).toBe(false);
    rig.machine.restoreSnapshot(snapshot);
    expect(rig.flags).toBe(WAIT | 1);
    expect(rig.load(0x8000)).toBe(0x3fff);
    rig.store(0x5002, 0x2222);
    rig.passFtg(21);
    rig.store(FCTL1, 0xa500);
    rig.passFtg(6);
    expect(rig.load(0x5002)).toBe(0x2222);
  });
});
