import { describe, expect, test } from 'vitest';
import { LPC2478_SECTORS } from '../../../emulator/flash/lpc2000-sectors.ts';
import { SLOW } from '../../../emulator/machine/bus.ts';
import { flashRig, row } from './rig.ts';

describe('LPC2478 flash sectors', () => {
  test('28 sectors cover 504 KB without a gap, at the addresses of the manual', () => {
    expect(LPC2478_SECTORS).toHaveLength(28);
    let address = 0;
    for (const sector of LPC2478_SECTORS) {
      expect(sector.address).toBe(address);
      address += sector.bytes;
    }
    expect(address).toBe(0x7e000);
    expect(LPC2478_SECTORS[8]!.address).toBe(0x08000);
    expect(LPC2478_SECTORS[21]!.address).toBe(0x70000);
    expect(LPC2478_SECTORS[22]!.address).toBe(0x78000);
    expect(LPC2478_SECTORS[27]!.address).toBe(0x7d000);
  });
});

describe('NOR flash in time', () => {
  test('a program has no effect one tick before its millisecond is over, and all of it after', () => {
    const { machine, flash } = flashRig();
    flash.beginProgram(0x1000, row(0x3c));
    machine.runUntil(flash.operation!.endTick - 1);
    expect(flash.busy).toBe(true);
    expect(flash.readView(0x1000, 1)[0]).toBe(0xff);
    machine.runUntil(machine.now + 1);
    expect(flash.busy).toBe(false);
    expect(flash.readView(0x1000, 256)).toEqual(row(0x3c));
  });

  test('rows of a 1024-byte program are committed one after the other, 1 ms each', () => {
    const { flash, pass } = flashRig();
    flash.beginProgram(0x2000, row(0, 1024));
    for (let done = 0; done < 4; done++) {
      expect(flash.readView(0x2000, 1024).filter((byte) => byte === 0)).toHaveLength(256 * done);
      pass(1000);
    }
    expect(flash.readView(0x2000, 1024)).toEqual(row(0, 1024));
    expect(flash.busy).toBe(false);
  });

  test('an erase of any number of sectors takes 100 ms and counts each sector once', () => {
    const { machine, flash, pass } = flashRig();
    flash.load(0, row(0, 0x10000));
    flash.beginErase(6, 8);
    pass(99_999);
    expect(flash.busy).toBe(true);
    pass(1);
    expect(flash.busy).toBe(false);
    expect(machine.now).toBe(400_000);
    expect(flash.readView(0x5fff, 2)).toEqual(new Uint8Array([0, 0xff]));
    expect(flash.readView(0x6000, 0xa000)).toEqual(row(0xff, 0xa000));
    expect([5, 6, 7, 8, 9].map((s) => flash.eraseCount(s))).toEqual([0, 1, 1, 1, 0]);
  });

  test('program only clears bits, and a second program without erase leaves a stale check byte', () => {
    const { flash, programNow, kinds } = flashRig();
    programNow(0x1000, row(0xaa));
    expect(kinds()).toEqual([]);
    programNow(0x1000, row(0xaa));
    programNow(0x1000, row(0xff));
    expect(kinds()).toEqual([]);
    const mixed = row(0xff);
    mixed[0] = 0xa5;
    programNow(0x1000, mixed);
    expect(flash.cells.data[0x1000]).toBe(0xaa & 0xa5);
    expect(kinds()).toEqual(['flash-line-reprogrammed']);
    expect(flash.cells.lineState(0x1000)).not.toBe(0);
    expect(flash.cells.lineState(0x1010)).toBe(0);
  });

  test('hooks run before the first effect and after the last, with the same operation', () => {
    const { flash, programNow, eraseNow } = flashRig();
    const seen: string[] = [];
    flash.onOperationBegin = (op) => seen.push(`begin ${op.index} ${op.kind} ${op.bytes}`);
    flash.onOperationEnd = (op) => seen.push(`end ${op.index} ${op.kind} ${op.bytes}`);
    programNow(0x1000, row(0, 512));
    eraseNow(9);
    expect(seen).toEqual([
      'begin 0 program 512',
      'end 0 program 512',
      'begin 1 erase 32768',
      'end 1 erase 32768',
    ]);
    flash.powerOn();
    expect([flash.operationsSincePowerOn, flash.operationsTotal]).toEqual([0, 2]);
  });

  test('the machine stops at an operation that begins, and the operation is still in front of it', () => {
    const { machine, flash, pass } = flashRig();
    flash.onOperationEnd = () => machine.stop();
    flash.beginProgram(0x1000, row(0));
    expect(pass(5000)).toEqual({ why: 'breakpoint' });
    expect(machine.now).toBe(4000);
  });

  test('an erase beyond the guaranteed number is done and reported', () => {
    const { flash, eraseNow, kinds } = flashRig({ endurance: 2 });
    eraseNow(3);
    eraseNow(3);
    expect(kinds()).toEqual([]);
    eraseNow(3);
    expect(kinds()).toEqual(['flash-worn']);
    expect(flash.eraseCount(3)).toBe(3);
  });
});

describe('NOR flash as a reader sees it', () => {
  test('flash read while an operation runs gives garbage and an event, then the data again', () => {
    const { machine, flash, kinds, pass } = flashRig();
    flash.load(0x4000, row(0x11));
    expect(machine.bus.read(0x4000, 4)).toBe(0x11111111);
    flash.beginProgram(0x1000, row(0));
    expect(machine.bus.readMap[4]).toBe(SLOW);
    const first = machine.bus.read(0x4000, 4);
    expect(machine.bus.read(0x4000, 4)).not.toBe(first);
    expect(kinds()).toEqual(['flash-busy-access']);
    pass(1000);
    expect(machine.bus.readMap[4]).not.toBe(SLOW);
    expect(machine.bus.read(0x4000, 4)).toBe(0x11111111);
  });

  test('a single flipped cell is corrected and reported, the rest of its page reads plainly', () => {
    const { machine, flash, kinds } = flashRig();
    flash.load(0x4000, row(0x77));
    flash.cells.data[0x4005]! ^= 0x10;
    flash.cells.changed(0x4005, 1);
    expect(machine.bus.read(0x4010, 4)).toBe(0x77777777);
    expect(kinds()).toEqual([]);
    expect(machine.bus.read(0x4005, 1)).toBe(0x77);
    expect(kinds()).toEqual(['flash-corrected']);
    expect(flash.readView(0x4000, 256)).toEqual(row(0x77));
  });

  test('weak cells read both ways, and the same way again in a replay from a snapshot', () => {
    const { machine, flash } = flashRig();
    flash.load(0x4000, row(0));
    flash.weaken(0x4000, new Uint8Array([0xff, 0xff, 0xff, 0xff]));
    const snapshot = machine.takeSnapshot();
    const read = () => Array.from({ length: 64 }, () => machine.bus.read(0x4000, 4));
    const reads = read();
    expect(new Set(reads).size).toBeGreaterThan(30);
    machine.restoreSnapshot(snapshot);
    expect(read()).toEqual(reads);
    expect(flash.readView(0x4000, 4)).toEqual(row(0, 4));
  });

  test('a weak cell falls on its unlikely side in a quarter of the reads', () => {
    const { machine, flash } = flashRig();
    flash.load(0x4000, row(0));
    // ECC hides one wrong cell, so a wrong byte needs two or three of the three weak cells wrong:
    flash.weaken(0x4000, new Uint8Array([0x07]));
    let wrong = 0;
    for (let i = 0; i < 4000; i++) {
      if (machine.bus.read(0x4000, 1) !== 0) wrong++;
    }
    // 3/16 * 3/4 + 1/64 = 0.156 of the reads.
    expect(wrong / 4000).toBeGreaterThan(0.13);
    expect(wrong / 4000).toBeLessThan(0.18);
  });

  test('programming 0 or erasing makes weak cells strong; programming 1 does not', () => {
    const { flash, programNow, eraseNow } = flashRig();
    const mask = row(0, 16).fill(0x0f, 0, 2);
    flash.weaken(0x1000, mask);
    expect(flash.weakBitsIn(0x1000, 16)).toBe(8);
    const data = row(0xff);
    data[0] = 0xf0;
    programNow(0x1000, data);
    expect(flash.weakBitsIn(0x1000, 1)).toBe(0);
    expect(flash.weakBitsIn(0x1000, 16)).toBe(4);
    eraseNow(1);
    expect(flash.weakBitsIn(0x1000, 16)).toBe(0);
  });

  test('a store into flash changes nothing and is reported', () => {
    const { machine, flash, kinds } = flashRig();
    machine.bus.write(0x4000, 4, 0);
    expect(flash.readView(0x4000, 4)).toEqual(row(0xff, 4));
    expect(kinds()).toEqual(['read-only-write']);
  });
});

describe('NOR flash and power', () => {
  const cutAt = (fraction: number, torn: Parameters<typeof tear>[1]) => tear(fraction, torn);
  function tear(
    fraction: number,
    torn: 'clean-prefix' | 'random-bits' | 'weak-bits' | 'old-data' | 'marginal-erase',
    kind: 'erase' | 'program' = 'program',
  ) {
    const rig = flashRig();
    const { machine, flash } = rig;
    if (kind === 'erase') {
      flash.load(0x1000, row(0x00, 4096));
      flash.beginErase(1, 1);
    } else flash.beginProgram(0x1000, row(0x00));
    const { startTick, endTick } = flash.operation!;
    machine.runUntil(startTick + Math.round((endTick - startTick) * fraction));
    flash.powerFail(torn, 99);
    return rig;
  }

  test('clean prefix at 0.5: the first half is programmed, the rest is erased', () => {
    const { flash } = cutAt(0.5, 'clean-prefix');
    expect(flash.readView(0x1000, 128)).toEqual(row(0, 128));
    expect(flash.readView(0x1080, 128)).toEqual(row(0xff, 128));
    expect(flash.busy).toBe(false);
  });

  test.each([0.1, 0.5, 0.9])('random bits at %f: the share of cleared bits is an S-curve', (f) => {
    const { flash } = cutAt(f, 'random-bits');
    const data = flash.cells.data.subarray(0x1000, 0x1100);
    const cleared = 2048 - data.reduce((sum, byte) => sum + ones(byte), 0);
    expect(cleared / 2048).toBeCloseTo(f * f * (3 - 2 * f), 1);
    expect(flash.weakBitsIn(0x1000, 256)).toBe(0);
  });

  test('weak bits at 0.5: every bit in flight is weak, at 0.9 about a third', () => {
    expect(cutAt(0.5, 'weak-bits').flash.weakBitsIn(0x1000, 256)).toBeGreaterThan(2048);
    const weak = cutAt(0.9, 'weak-bits').flash.weakBitsIn(0x1000, 256) / 2048;
    expect(weak).toBeGreaterThan(0.3);
    expect(weak).toBeLessThan(0.45);
  });

  test('old data: an erase cut at 0.9 leaves every byte, many of its cells weak', () => {
    const { flash } = tear(0.9, 'old-data', 'erase');
    expect(flash.readView(0x1000, 4096)).toEqual(row(0, 4096));
    expect(flash.weakBitsIn(0x1000, 4096)).toBeGreaterThan(8000);
  });

  test('marginal erase: looks erased, yet reads 0 now and then', () => {
    const { machine, flash } = tear(0.1, 'marginal-erase', 'erase');
    expect(flash.readView(0x1000, 4096)).toEqual(row(0xff, 4096));
    let zeros = 0;
    for (let at = 0x1000; at < 0x2000; at += 4) if (machine.bus.read(at, 4) !== -1) zeros++;
    expect(zeros).toBeGreaterThan(50);
    expect(zeros).toBeLessThan(900);
  });

  test('the same seed tears the same way, another seed another way', () => {
    const hash = (seed: number) => {
      const { machine, flash } = flashRig();
      flash.beginProgram(0x1000, row(0x3c));
      machine.runUntil(2000);
      flash.powerFail('random-bits', seed);
      return flash.stateHash();
    };
    expect(hash(1)).toBe(hash(1));
    expect(hash(1)).not.toBe(hash(2));
  });

  test('a cut in row 2 of 4 leaves rows 0 and 1 good and row 3 untouched', () => {
    const { flash, pass } = flashRig();
    flash.beginProgram(0x1000, row(0, 1024));
    pass(2500);
    flash.powerFail('random-bits', 1);
    expect(flash.readView(0x1000, 512)).toEqual(row(0, 512));
    const torn = flash.cells.data.subarray(0x1200, 0x1300);
    expect(torn.some((byte) => byte !== 0 && byte !== 0xff)).toBe(true);
    expect(flash.readView(0x1300, 256)).toEqual(row(0xff));
  });

  test('a cut with no torn model, or before any time has passed, has no effect', () => {
    for (const torn of [null, 'random-bits'] as const) {
      const { flash, pass } = flashRig();
      const before = flash.stateHash();
      flash.beginProgram(0x1000, row(0));
      if (torn === null) pass(500);
      flash.powerFail(torn, 1);
      expect(flash.stateHash()).toBe(before);
      pass(2000);
      expect(flash.stateHash()).toBe(before);
    }
  });

  test('a torn model that says nothing about the operation is refused', () => {
    const { flash, pass } = flashRig();
    flash.beginErase(1, 1);
    pass(10);
    expect(() => flash.powerFail('clean-prefix', 1)).toThrow(RangeError);
  });

  test('a reset tears the operation in flight by default, and lets it end when told so', () => {
    for (const [tornByReset, done] of [
      ['random-bits', false],
      [null, true],
    ] as const) {
      const { flash, pass } = flashRig({ tornByReset });
      flash.beginProgram(0x1000, row(0));
      pass(500);
      flash.reset();
      pass(1000);
      expect(flash.readView(0x1000, 256).every((byte) => byte === 0)).toBe(done);
    }
  });
});

describe('NOR flash state', () => {
  test('equal cells have equal hashes, whatever happened before; one weak cell makes another', () => {
    const a = flashRig();
    const b = flashRig();
    a.programNow(0x1000, row(0x12));
    a.eraseNow(1);
    expect(a.flash.stateHash()).toBe(b.flash.stateHash());
    a.flash.weaken(0x7_0000, new Uint8Array([1]));
    expect(a.flash.stateHash()).not.toBe(b.flash.stateHash());
  });

  test('a restore in the middle of an operation goes on to the same end', () => {
    const { machine, flash, pass } = flashRig();
    flash.beginProgram(0x1000, row(0x5a, 512));
    pass(1200);
    const snapshot = machine.takeSnapshot();
    pass(1000);
    const end = flash.stateHash();
    const reads = machine.bus.read(0x1000, 4);
    machine.restoreSnapshot(snapshot);
    expect(flash.busy).toBe(true);
    expect(flash.stateHash()).not.toBe(end);
    pass(1000);
    expect(flash.stateHash()).toBe(end);
    expect(machine.bus.read(0x1000, 4)).toBe(reads);
  });
});

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
