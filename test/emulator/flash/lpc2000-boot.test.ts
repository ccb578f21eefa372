import { describe, expect, test } from 'vitest';
import {
  type CrpLevel,
  crpLevelOf,
  decideBoot,
  vectorsAreValid,
} from '../../../emulator/flash/lpc2000-crp.ts';
import { row } from './rig.ts';
import { romRig } from './rom-rig.ts';

/** Example of a valid vector table, from the manual of a debug probe for this family. */
const VECTORS = [
  0xea000006, 0xeafffffe, 0xeafffffe, 0xeafffffe, 0xeafffffe, 0x94000006, 0xeafffffe, 0xeafffffe,
];
/** Branches to 0x20, where the program stays. */
const PROGRAM = [...VECTORS, 0xeafffffe];
const bytesOf = (words: readonly number[]) => new Uint8Array(Uint32Array.from(words).buffer);

function boot(options: { program?: readonly number[]; crp?: number } = {}) {
  const rig = romRig();
  if (options.program) rig.flash.load(0, bytesOf(options.program));
  if (options.crp !== undefined) rig.flash.load(0x1fc, bytesOf([options.crp]));
  return {
    ...rig,
    reset() {
      rig.cpu.reset();
      rig.boot.reset();
    },
  };
}

describe('LPC2478 boot decision', () => {
  test('vectors are valid when their sum is 0, and one changed bit makes them invalid', () => {
    expect(vectorsAreValid(VECTORS)).toBe(true);
    for (let i = 0; i < 8; i++) {
      expect(vectorsAreValid(VECTORS.map((v, n) => (n === i ? v ^ 1 : v)))).toBe(false);
    }
  });

  test('the three CRP patterns, and nothing else, protect', () => {
    expect([0x12345678, 0x87654321, 0x43218765, 0xffffffff, 0x12345679].map(crpLevelOf)).toEqual([
      1, 2, 3, 0, 0,
    ]);
  });

  // UM10237 Rev 4, table 602, row by row: CRP, user code valid, P2.10 → JTAG, ISP, partial update.
  test.each([
    [0, false, 'x', true, true, true],
    [0, true, 'high', true, false, null],
    [0, true, 'low', true, true, true],
    [1, true, 'high', false, false, null],
    [1, true, 'low', false, true, true],
    [2, true, 'high', false, false, null],
    [2, true, 'low', false, true, false],
    [3, true, 'x', false, false, null],
    [1, false, 'x', false, true, true],
    [2, false, 'x', false, true, false],
    [3, false, 'x', false, true, false],
  ] as const)(
    'CRP %i, valid %s, P2.10 %s: JTAG %s, ISP %s, partial %s',
    (crp, valid, pin, jtag, isp, partial) => {
      for (const ispPinLow of pin === 'x' ? [false, true] : [pin === 'low']) {
        const facts = {
          crp: crp as CrpLevel,
          userCodeValid: valid,
          ispPinLow,
          watchdogFlag: false,
        };
        expect(decideBoot(facts)).toEqual({
          run: isp ? 'isp' : 'user',
          jtag,
          partialUpdate: partial,
        });
      }
    },
  );

  test('after a watchdog reset the pin is not looked at, but code that is not valid still means ISP', () => {
    const facts = { crp: 0, ispPinLow: true, watchdogFlag: true } as const;
    expect(decideBoot({ ...facts, userCodeValid: true }).run).toBe('user');
    expect(decideBoot({ ...facts, userCodeValid: false }).run).toBe('isp');
  });
});

describe('LPC2478 boot', () => {
  test('valid code runs from address 0 with MEMMAP 1, 3 ms after reset and not before', () => {
    const rig = boot({ program: PROGRAM });
    rig.reset();
    rig.pass(2999);
    expect(rig.boot.running).toBe('starting');
    rig.pass(2);
    expect(rig.boot.running).toBe('user');
    expect(rig.cpu.pc).toBe(0x20);
    expect(rig.word(0)).toBe(PROGRAM[0]);
  });

  test('blank flash: ISP, with the boot block shown at address 0', () => {
    const rig = boot();
    rig.reset();
    rig.pass(4000);
    expect(rig.boot.running).toBe('isp');
    expect(rig.parked()).toBe(true);
    expect(rig.word(0)).not.toBe(0xffffffff);
    expect(rig.word(0x40)).toBe(0xffffffff);
  });

  test('P2.10 low keeps valid code from running; CRP3 takes no notice of it', () => {
    const open = boot({ program: PROGRAM });
    open.pins.ispLow = true;
    open.reset();
    open.pass(4000);
    expect(open.boot.running).toBe('isp');
    const closed = boot({ program: PROGRAM, crp: 0x43218765 });
    closed.pins.ispLow = true;
    closed.reset();
    closed.pass(4000);
    expect(closed.boot.running).toBe('user');
    expect([closed.boot.crp, closed.boot.jtagEnabled]).toEqual([3, false]);
  });

  test('a reset costs the RAM that the ISP handler uses, and no other', () => {
    const rig = boot({ program: PROGRAM });
    rig.fill(0x4000_0100, row(0x11, 0x200));
    rig.reset();
    rig.pass(4000);
    expect(rig.word(0x4000_011c)).toBe(0x11111111);
    expect(rig.word(0x4000_0120)).not.toBe(0x11111111);
    expect(rig.word(0x4000_01fc)).not.toBe(0x11111111);
    expect(rig.word(0x4000_0200)).toBe(0x11111111);
  });

  test('a weak cell in the vectors decides each boot anew', () => {
    const rig = boot({ program: PROGRAM });
    rig.flash.weaken(0x14, new Uint8Array([0x03]));
    const outcomes = new Set<string>();
    for (let i = 0; i < 40; i++) {
      rig.reset();
      rig.pass(4000);
      outcomes.add(rig.boot.running);
    }
    expect(outcomes).toEqual(new Set(['isp', 'user']));
  });

  test('the boot block of the flash says that its code is not modelled', () => {
    const rig = boot();
    rig.word(0x7fffe100);
    expect(rig.kinds()).toEqual(['gap-register']);
    expect(rig.word(0x7e070)).toBe(3);
  });
});
