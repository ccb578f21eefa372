/** Timer_A3 and Timer_B7 of the MSP430F1611: modes, compare, capture, outputs, TAIV and TBIV.
 *  Source: MSP430x1xx family user's guide, "Timer_A" and "Timer_B". */

import { describe, expect, test } from 'vitest';
import { Msp430Timer } from '../../../../emulator/peripherals/msp430/timer.ts';
import { TIMER_A3, TIMER_B7 } from '../../../../emulator/peripherals/msp430/timer-table.ts';
import { mspRig } from './rig.ts';

const TAIV = 0x12e;
const TACTL = 0x160;
const TACCTL = (n: number) => 0x162 + 2 * n;
const TAR = 0x170;
const TACCR = (n: number) => 0x172 + 2 * n;
const ACLK = 0x100;
const SMCLK = 0x200;
const UP = 0x10;
const CONTINUOUS = 0x20;
const UP_DOWN = 0x30;
const TAIE = 2;
const TAIFG = 1;
const CCIE = 0x10;
const CCIFG = 1;
const CAP = 0x100;
const COV = 2;

function timerRig(table = TIMER_A3) {
  const rig = mspRig();
  const edges: [channel: number, high: boolean, count: number][] = [];
  const flags: number[] = [];
  const timer: Msp430Timer = new Msp430Timer(
    rig.machine,
    rig.clocks,
    rig.registers,
    rig.interrupts,
    table,
    {
      sources: rig.clocking,
      aclkChannel: 2,
      isOutputUsed: () => true,
      onOutput: (channel, high) => {
        edges.push([channel, high, rig.registers.value(rRegister)]);
      },
      onFlag: (channel) => flags.push(channel),
    },
  );
  const rRegister = rig.registers.registers.find(({ offset }) => offset === table.address + 0x10)!;
  timer.reset('por');
  return { ...rig, timer, edges, flags };
}
const counts = (rig: ReturnType<typeof timerRig>, n: number) =>
  Array.from({ length: n }, () => {
    rig.passAclk(1);
    return rig.load(TAR);
  });

describe('counting', () => {
  test.each([
    ['up', UP, [1, 2, 3, 0, 1, 2]],
    ['continuous', CONTINUOUS, [1, 2, 3, 4, 5, 6]],
    ['up/down', UP_DOWN, [1, 2, 3, 2, 1, 0, 1]],
    ['stop', 0, [0, 0]],
  ])('%s with TACCR0 = 3', (_name, mode, expected) => {
    const rig = timerRig();
    rig.store(TACCR(0), 3);
    rig.store(TACTL, ACLK | mode);
    expect(counts(rig, expected.length)).toEqual(expected);
  });
  test('up mode with TACCR0 = 0 stands still', () => {
    const rig = timerRig();
    rig.store(TACTL, ACLK | UP);
    expect(counts(rig, 2)).toEqual([0, 0]);
    expect(rig.machine.scheduler.pending()).toEqual([]);
  });
  test('continuous rolls over after 65536 counts and sets TAIFG', () => {
    const rig = timerRig();
    rig.store(TACTL, ACLK | CONTINUOUS);
    rig.passAclk(65_535);
    expect([rig.load(TAR), rig.load(TACTL) & TAIFG]).toEqual([0xffff, 0]);
    rig.passAclk(1);
    expect([rig.load(TAR), rig.load(TACTL) & TAIFG]).toEqual([0, TAIFG]);
  });
  test.each([
    [0, 0x10000],
    [1, 0x1000],
    [2, 0x400],
    [3, 0x100],
  ])('Timer_B with CNTL %i rolls over after %i', (cntl, length) => {
    const rig = timerRig(TIMER_B7);
    rig.store(0x180, (cntl << 11) | ACLK | CONTINUOUS);
    rig.passAclk(length - 1);
    expect(rig.load(0x190)).toBe(length - 1);
    rig.passAclk(1);
    expect(rig.load(0x190)).toBe(0);
  });
  test('the divider and SMCLK', () => {
    const rig = timerRig();
    rig.store(TACTL, SMCLK | 0xc0 | CONTINUOUS);
    rig.passSmclk(79);
    expect(rig.load(TAR)).toBe(9);
    rig.passSmclk(1);
    expect(rig.load(TAR)).toBe(10);
  });
  test('TACLR clears count and direction and reads 0', () => {
    const rig = timerRig();
    rig.store(TACCR(0), 3);
    rig.store(TACTL, ACLK | UP_DOWN);
    rig.passAclk(4);
    rig.store(TACTL, ACLK | UP_DOWN | 4);
    expect(rig.load(TACTL) & 4).toBe(0);
    expect(counts(rig, 3)).toEqual([1, 2, 3]);
  });
  test('a TACCR0 below the count rolls to 0 with the next clock', () => {
    const rig = timerRig();
    rig.store(TACCR(0), 100);
    rig.store(TACTL, ACLK | UP);
    rig.passAclk(50);
    rig.store(TACCR(0), 10);
    expect(counts(rig, 2)).toEqual([0, 1]);
  });
  test('a clock that stops holds the count, one that changes goes on from it', () => {
    const rig = timerRig();
    rig.store(TACTL, ACLK | CONTINUOUS);
    rig.passAclk(10);
    rig.clocking.setStatus(0xf0);
    rig.passAclk(10);
    rig.clocking.setStatus(0);
    rig.passAclk(5);
    expect(rig.load(TAR)).toBe(15);
  });
});

test.each([0, 0x300])(
  'a clock from a pin, TASSEL %i, is a gap once the timer shall run',
  (select) => {
    const rig = timerRig();
    rig.store(TACTL, select);
    expect(rig.kinds()).toEqual([]);
    rig.store(TACTL, select | CONTINUOUS);
    expect(rig.kinds()).toEqual(['gap-register']);
  },
);
test('a faster clock does not count the time before it was chosen', () => {
  const rig = timerRig();
  rig.store(TACTL, ACLK | CONTINUOUS);
  rig.passTicks(1.9 * 32_768);
  rig.store(TACTL, SMCLK | CONTINUOUS);
  expect(rig.load(TAR)).toBe(1);
  rig.passSmclk(1);
  expect(rig.load(TAR)).toBe(2);
});

describe('compare', () => {
  test('TACCR0 in up mode: its vector each TACCR0 + 1 clocks, cleared when entered', () => {
    const rig = timerRig();
    rig.store(TACCR(0), 9);
    rig.store(TACCTL(0), CCIE);
    rig.store(TACTL, ACLK | UP);
    rig.passAclk(8);
    expect(rig.lines.size).toBe(0);
    for (let i = 0; i < 3; i++) {
      rig.passAclk(1);
      expect([...rig.lines]).toEqual([rig.VECTORS.TIMERA0]);
      rig.interrupts.taken(rig.VECTORS.TIMERA0);
      rig.passAclk(9);
      expect(rig.lines.size).toBe(0);
    }
  });
  test('TAIFG comes with the count to 0, one after TACCR0', () => {
    const rig = timerRig();
    rig.store(TACCR(0), 9);
    rig.store(TACTL, ACLK | UP | TAIE);
    rig.passAclk(9);
    expect(rig.lines.size).toBe(0);
    rig.passAclk(1);
    expect([...rig.lines]).toEqual([rig.VECTORS.TIMERA1]);
  });
  test('a channel above TACCR0 never matches; in up/down one below matches twice', () => {
    const rig = timerRig();
    rig.store(TACCR(0), 4);
    rig.store(TACCR(1), 5);
    rig.store(TACCR(2), 3);
    rig.store(TACTL, ACLK | UP_DOWN);
    const hits: number[] = [];
    for (let i = 1; i <= 8; i++) {
      rig.passAclk(1);
      if ((rig.load(TACCTL(2)) & CCIFG) !== 0) hits.push(i);
      rig.store(TACCTL(2), 0);
    }
    expect(hits).toEqual([3, 5]);
    expect(rig.load(TACCTL(1)) & CCIFG).toBe(0);
  });
  test('TAIV gives the highest source that is enabled and clears it: 2, 4, A, 0', () => {
    const rig = timerRig();
    rig.store(TACCTL(1), CCIE | CCIFG);
    rig.store(TACCTL(2), CCIE | CCIFG);
    rig.store(TACTL, TAIE | TAIFG);
    expect([1, 2, 3, 4].map(() => rig.load(TAIV))).toEqual([2, 4, 0x0a, 0]);
    expect(rig.lines.size).toBe(0);
    rig.store(TACCTL(1), CCIFG);
    expect(rig.load(TAIV)).toBe(0);
  });
  test('TBIV: 2 to C for channels 1 to 6, E for the overflow; a write takes the highest too', () => {
    const rig = timerRig(TIMER_B7);
    for (let n = 1; n < 7; n++) rig.store(0x182 + 2 * n, CCIE | CCIFG);
    rig.store(0x180, TAIE | TAIFG);
    rig.store(0x11e, 0);
    expect([1, 2, 3, 4, 5, 6, 7].map(() => rig.load(0x11e))).toEqual([4, 6, 8, 10, 12, 14, 0]);
  });
  test('with all flags up and nobody looking, an idle timer has no events', () => {
    const rig = timerRig();
    rig.store(TACTL, ACLK | CONTINUOUS);
    rig.passAclk(65_536);
    expect(rig.machine.scheduler.pending()).toEqual([]);
    rig.passAclk(10);
    expect(rig.load(TAR)).toBe(10);
    expect(rig.flags).toEqual([0, 1, 2]);
  });
});

describe('outputs, TACCR0 = 4, TACCR1 = 2, up mode', () => {
  test.each([
    [1, [[1, true, 2]]],
    [
      2,
      [
        [1, true, 2],
        [1, false, 4],
        [1, true, 2],
        [1, false, 4],
      ],
    ],
    [
      3,
      [
        [1, true, 2],
        [1, false, 4],
        [1, true, 2],
        [1, false, 4],
      ],
    ],
    [
      4,
      [
        [1, true, 2],
        [1, false, 2],
      ],
    ],
    [5, []],
    [
      6,
      [
        [1, true, 2],
        [1, false, 2],
        [1, true, 4],
      ],
    ],
    [
      7,
      [
        [1, true, 4],
        [1, false, 2],
        [1, true, 4],
      ],
    ],
  ])('OUTMOD %i: [channel, high, at count] %j', (mode, edges) => {
    const rig = timerRig();
    rig.store(TACCR(0), 4);
    rig.store(TACCR(1), 2);
    rig.store(TACCTL(1), mode << 5);
    rig.store(TACTL, ACLK | UP);
    rig.passAclk(9);
    expect(rig.edges).toEqual(edges);
  });
  test('OUTMOD 0: the bit OUT', () => {
    const rig = timerRig();
    rig.store(TACCTL(1), 4);
    rig.store(TACCTL(1), 0);
    expect(rig.edges.map(([, high]) => high)).toEqual([true, false]);
  });
});

describe('capture', () => {
  test.each([
    ['rising', 0x4000, [true]],
    ['falling', 0x8000, [false]],
    ['both', 0xc000, [true, false]],
    ['none', 0, []],
  ])('%s edges of CCI1A', (_name, cm, captured) => {
    const rig = timerRig();
    rig.store(TACTL, ACLK | CONTINUOUS);
    rig.store(TACCTL(1), cm | CAP);
    const seen: boolean[] = [];
    for (const level of [true, false]) {
      rig.passAclk(7);
      rig.timer.setInput(1, 'A', level);
      if ((rig.load(TACCTL(1)) & CCIFG) === 0) continue;
      seen.push(level);
      expect(rig.load(TACCR(1))).toBe(level ? 7 : 14);
      rig.store(TACCTL(1), cm | CAP);
    }
    expect(seen).toEqual(captured);
  });
  test('a second capture before the first is read: COV', () => {
    const rig = timerRig();
    rig.store(TACCTL(1), 0xc000 | CAP);
    rig.timer.setInput(1, 'A', true);
    expect(rig.load(TACCTL(1)) & COV).toBe(0);
    rig.load(TACCR(1));
    rig.timer.setInput(1, 'A', false);
    expect(rig.load(TACCTL(1)) & COV).toBe(0);
    rig.timer.setInput(1, 'A', true);
    expect(rig.load(TACCTL(1)) & COV).toBe(COV);
  });
  test('software captures by switching from GND to VCC', () => {
    const rig = timerRig();
    rig.store(TACTL, ACLK | CONTINUOUS);
    rig.store(TACCTL(1), 0x4000 | 0x2000 | CAP);
    rig.passAclk(5);
    rig.store(TACCTL(1), 0x4000 | 0x3000 | CAP);
    expect(rig.load(TACCR(1))).toBe(5);
    expect(rig.load(TACCTL(1)) & 8).toBe(8);
  });
  test('CCI2B is ACLK: SMCLK counts between its edges calibrate the DCO', () => {
    const rig = timerRig();
    rig.store(TACTL, SMCLK | CONTINUOUS);
    rig.store(TACCTL(2), 0x4000 | 0x1000 | CAP);
    const at: number[] = [];
    while (at.length < 3) {
      while ((rig.load(TACCTL(2)) & CCIFG) === 0) rig.passSmclk(1);
      at.push(rig.load(TACCR(2)));
      rig.store(TACCTL(2), 0x4000 | 0x1000 | CAP);
    }
    const counted = rig.hz(rig.clocking.smclk) / 32_768;
    expect(Math.abs(at[2]! - at[1]! - counted)).toBeLessThan(1);
    expect(Math.abs(at[2]! - at[0]! - 2 * counted)).toBeLessThan(1);
  });
});
