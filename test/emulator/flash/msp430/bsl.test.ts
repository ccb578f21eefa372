import { describe, expect, test } from 'vitest';
import { bytesOfWords } from '../../chips/msp430-rig.ts';
import { bslRig, ERASED, frame, inLoader, TICKS_PER_US } from './bsl-rig.ts';

const ACK = [0x90];
const NAK = [0xa0];

describe('MSP430F1611 boot loader, entered', () => {
  const entered = (levels: string): boolean => {
    const { chip } = bslRig();
    chip.powerOn();
    chip.setTckPin('high');
    // Pairs of RST and TCK.
    for (const pair of levels.split(' ')) {
      chip.setTckPin(pair[1] === '1' ? 'high' : 'low');
      chip.setResetPin(pair[0] === '1' ? 'high' : 'low');
    }
    return chip.bsl.running;
  };
  test.each([
    ['two falls of TCK while RST is low, TCK low as RST rises', '01 00 01 00 10 11', true],
    ['three falls', '01 00 01 00 01 00 10', true],
    ['one fall', '01 00 10 11', false],
    ['TCK high as RST rises', '01 00 01 00 01 11', false],
    ['falls before RST is low', '11 10 11 10 00 10', false],
    ['a reset after it', '01 00 01 00 10 11 01 11', false],
  ])('%s', (_name, levels, is) => {
    expect(entered(levels)).toBe(is);
  });
  test('loss of supply between the falls and the rise of RST, not entered', () => {
    const { chip } = bslRig();
    chip.powerOn();
    chip.setTckPin('high');
    chip.setResetPin('low');
    for (const level of ['low', 'high', 'low'] as const) chip.setTckPin(level);
    chip.powerOff();
    chip.powerOn();
    chip.setResetPin('high');
    expect(chip.bsl.running).toBe(false);
  });
  test('by br &0C00h, from a program, with RAM at 0200 lost to it and that at 0220 not', () => {
    const rig = bslRig();
    // mov #5a80, &0120; mov #1234, &0200; mov #1234, &0220; br &0c00
    rig.chip.load(
      0x4000,
      bytesOfWords([
        0x40b2, 0x5a80, 0x0120, 0x40b2, 0x1234, 0x0200, 0x40b2, 0x1234, 0x0220, 0x4210, 0x0c00,
      ]),
    );
    rig.chip.load(0xfffe, bytesOfWords([0x4000]));
    rig.chip.powerOn();
    rig.passMs(5);
    expect(rig.chip.bsl.running).toBe(true);
    expect([0x0200, 0x0220].map((at) => rig.machine.bus.read(at, 2))).toEqual([0, 0x1234]);
    expect(rig.talk([0x80])).toEqual(ACK);
    expect(rig.kinds()).toEqual([]);
  });
});

describe('MSP430F1611 boot loader, its frames', () => {
  test('the example of SLAU319, read 0F00, has the sum 75 E0', () => {
    expect(frame(0x14, 0x00, 0x0f, 0x0e, 0x00)).toEqual([
      0x80, 0x14, 0x04, 0x04, 0x00, 0x0f, 0x0e, 0x00, 0x75, 0xe0,
    ]);
  });
  test('TX version, locked, sends F16C at 0 and 0161 at 10', () => {
    const { command } = inLoader();
    const answer = command(0x1e, [0, 0, 0, 0], 50);
    expect(answer.slice(0, 6)).toEqual([0x80, 0, 16, 16, 0xf1, 0x6c]);
    expect(answer.slice(14, 16)).toEqual([0x01, 0x61]);
    expect(answer.length).toBe(22);
  });
  test('bits at P1.1 last as long as those of the synchronisation character', () => {
    const rig = inLoader();
    const edges: number[] = [];
    rig.chip.ports.onLevels.push(({ port, before, after }) => {
      if (port === 1 && ((before ^ after) & 2) !== 0) edges.push(rig.machine.now);
    });
    rig.talk([0x80]);
    // 90 with even parity: start and four zeros, one, two zeros, one, then parity 0 and stop.
    const bits = edges.slice(1).map((at, i) => (at - edges[i]!) / ((1e6 * TICKS_PER_US) / 9600));
    expect(bits.map(Math.round)).toEqual([5, 1, 2, 1, 1]);
    for (const bit of bits) expect(Math.abs(bit - Math.round(bit))).toBeLessThan(0.05);
  });
  test.each([
    ['a wrong sum', [...frame(0x1e, 0, 0, 0, 0).slice(0, -1), 0]],
    ['no header', [0x81]],
    ['lengths that differ', [0x80, 0x1e, 4, 6]],
    ['an odd length', [0x80, 0x1e, 5, 5]],
    ['an unknown command', frame(0x22, 0, 0, 0, 0)],
    ['2.12 and later: memory offset', frame(0x21, 0, 0, 0, 0)],
  ])('%s, refused, and the next command is taken', (_name, bytes) => {
    const { talk, command } = inLoader();
    expect(talk([0x80])).toEqual(ACK);
    expect(talk(bytes)).toEqual(NAK);
    expect(command(0x1e, [0, 0, 0, 0], 50).length).toBe(22);
  });
  test('odd parity from the host, refused', () => {
    const { board, talk } = inLoader();
    expect(talk([0x80])).toEqual(ACK);
    board.bslPort.setPeer({ baud: 9600, parity: 'odd', stopBits: 1 });
    board.bslPort.send(Uint8Array.from(frame(0x1e, 0, 0, 0, 0)));
    board.bslPort.setPeer({ baud: 9600, parity: 'even', stopBits: 1 });
    expect(talk([], 50)).toEqual(NAK);
  });
  test('a command without synchronisation before it is not answered as one', () => {
    const { talk } = inLoader();
    expect(talk(frame(0x1e, 0, 0, 0, 0), 50)).not.toContain(0xf1);
  });
});

describe('MSP430F1611 boot loader, its password', () => {
  const vectors = Array.from({ length: 32 }, (_, i) => i + 1);
  const programmed = () => {
    const rig = inLoader();
    rig.chip.load(0xffe0, Uint8Array.from(vectors));
    return rig;
  };
  test('wrong by one bit, acknowledged, locked still, nothing erased', () => {
    const rig = programmed();
    expect(rig.password(vectors.with(31, 33))).toEqual(ACK);
    expect(rig.read(0xffe0, 2)).toEqual(NAK);
    expect(rig.chip.readFlash(0xffe0, 32)).toEqual(Uint8Array.from(vectors));
  });
  test('the 32 bytes of FFE0, unlocked', () => {
    const rig = programmed();
    expect(rig.password(vectors)).toEqual(ACK);
    expect(rig.read(0xffe0, 4).slice(4, 8)).toEqual([1, 2, 3, 4]);
  });
  test('locked: write, read, erase, check and load PC are refused; change baud is not', () => {
    const rig = programmed();
    const codes = [0x12, 0x14, 0x16, 0x1a, 0x1c];
    expect(codes.map((code) => rig.command(code, [0, 0x40, 2, 0, 1, 2])[0])).toEqual(
      codes.map(() => 0xa0),
    );
    expect(rig.command(0x20, [0x80, 0x85, 0, 0])).toEqual(ACK);
  });
  test('mass erase needs none: more than 200 ms in erases, then 32 times FF unlock', () => {
    const rig = programmed();
    const from = rig.machine.now;
    expect(rig.talk([0x80])).toEqual(ACK);
    rig.talk(frame(0x18, 0xfe, 0xff, 0x06, 0xa5), 0);
    const operations: number[] = [];
    rig.chip.flash.onOperationEnd = ({ startTick, endTick }) =>
      operations.push((endTick - startTick) / TICKS_PER_US / 1000);
    rig.passMs(300);
    expect(operations.length).toBeGreaterThanOrEqual(12);
    expect(operations.length).toBeLessThanOrEqual(19);
    expect(operations.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(200);
    expect(rig.machine.now).toBeGreaterThan(from);
    expect(rig.password()).toEqual(ACK);
    expect(rig.read(0xffe0, 2).slice(4, 6)).toEqual([0xff, 0xff]);
    expect(rig.write(0x4000, [1, 2])).toEqual(ACK);
    expect(rig.kinds()).toEqual([]);
  });
});

describe('MSP430F1611 boot loader, unlocked', () => {
  const unlocked = () => {
    const rig = inLoader();
    expect(rig.password()).toEqual(ACK);
    return rig;
  };
  test('writes main, information and RAM, and reads them back', () => {
    const rig = unlocked();
    for (const address of [0x4000, 0x1000, 0x1300, 0xfffc]) {
      expect(rig.write(address, [1, 2, 3, 4])).toEqual(ACK);
      expect(rig.read(address, 4).slice(4, 8)).toEqual([1, 2, 3, 4]);
    }
    expect(rig.kinds()).toEqual([]);
  });
  test('a word that is not erased, refused, its address at 0200', () => {
    const rig = unlocked();
    rig.chip.load(0x4002, Uint8Array.of(0x0f, 0xff));
    expect(rig.write(0x4000, [1, 2, 0xff, 0xff, 3, 4])).toEqual(NAK);
    expect(rig.read(0x0200, 2).slice(4, 6)).toEqual([0x02, 0x40]);
    expect([...rig.chip.readFlash(0x4000, 6)]).toEqual([1, 2, 0x0f, 0xff, 3, 4]);
  });
  test('below 2.7 V nothing is programmed, and verification says so', () => {
    const rig = unlocked();
    rig.chip.setSupplyMillivolts(2500);
    expect(rig.write(0x4000, [1, 2])).toEqual(NAK);
    expect(rig.kinds()).toContain('flash-undervoltage');
  });
  test('a line cut in the middle of a block leaves the words that came', () => {
    const rig = unlocked();
    rig.talk([0x80]);
    rig.talk(frame(0x12, 0, 0x40, 6, 0, 1, 2, 3, 4, 5, 6).slice(0, 12));
    expect([...rig.chip.readFlash(0x4000, 6)]).toEqual([1, 2, 3, 4, 0xff, 0xff]);
    expect(rig.chip.bsl.running).toBe(true);
  });
  test('a block with a wrong sum is programmed all the same, and refused', () => {
    const rig = unlocked();
    rig.talk([0x80]);
    expect(rig.talk([...frame(0x12, 0, 0x40, 2, 0, 1, 2).slice(0, -1), 0])).toEqual(NAK);
    expect([...rig.chip.readFlash(0x4000, 2)]).toEqual([1, 2]);
  });
  test('erase of a segment takes its neighbours not; of one information segment, refused though done', () => {
    const rig = unlocked();
    for (const at of [0x41ff, 0x4200, 0x43ff, 0x4400, 0x1000, 0x1080]) {
      rig.chip.load(at, Uint8Array.of(0));
    }
    const erase = (at: number) => rig.command(0x16, [at & 0xff, at >> 8, 0x02, 0xa5], 40);
    expect(erase(0x4300)).toEqual(ACK);
    const first = (at: number) => rig.chip.readFlash(at, 1)[0];
    expect([0x41ff, 0x4200, 0x43ff, 0x4400].map(first)).toEqual([0, 0xff, 0xff, 0]);
    expect(erase(0x1080)).toEqual(NAK);
    expect([0x1000, 0x1080].map(first)).toEqual([0, 0xff]);
    expect(erase(0x1000)).toEqual(ACK);
  });
  test('erase check: all FF, and the first byte that is not', () => {
    const rig = unlocked();
    rig.chip.load(0x5003, Uint8Array.of(0x7f));
    expect(rig.command(0x1c, [0, 0x50, 3, 0])).toEqual(ACK);
    expect(rig.command(0x1c, [0, 0x50, 4, 0])).toEqual(NAK);
  });
  test.each([
    [19_200, 0x86e0, 1],
    [38_400, 0x87e0, 2],
  ])('change to %d baud, flash still in its range', (baud, clock, code) => {
    const rig = unlocked();
    expect(rig.command(0x20, [clock & 0xff, clock >> 8, code, 0])).toEqual(ACK);
    rig.board.bslPort.setPeer({ baud, parity: 'even', stopBits: 1 });
    expect(rig.write(0x4000, [1, 2])).toEqual(ACK);
    expect(rig.read(0x4000, 2).slice(4, 6)).toEqual([1, 2]);
    expect(rig.kinds()).toEqual([]);
  });
  test('a host at half the rate is understood, and flash gets a clock that is too slow', () => {
    const rig = inLoader();
    rig.board.bslPort.setPeer({ baud: 4800, parity: 'even', stopBits: 1 });
    expect(rig.password()).toEqual(ACK);
    expect(rig.write(0x4000, [1, 2])).toEqual(ACK);
    expect(rig.kinds()).toContain('flash-clock-range');
  });
  test('load PC, acknowledged, and the program runs', () => {
    const rig = unlocked();
    // mov #1234, &0300; jmp $
    rig.write(0x4000, [0xb2, 0x40, 0x34, 0x12, 0x00, 0x03, 0xff, 0x3f]);
    expect(rig.command(0x1a, [0, 0x40, 0, 0])).toEqual(ACK);
    expect(rig.chip.bsl.running).toBe(false);
    expect(rig.machine.bus.read(0x0300, 2)).toBe(0x1234);
    expect(rig.chip.cpu.pc).toBe(0x4006);
  });
  test('restored in the middle of a block, goes on to the same end', () => {
    const rig = unlocked();
    rig.talk([0x80]);
    const bytes = frame(0x12, 0, 0x40, 4, 0, 1, 2, 3, 4);
    rig.board.bslPort.send(Uint8Array.from(bytes));
    rig.passMs(11.4);
    const snapshot = rig.machine.takeSnapshot();
    const finish = () => [rig.talk([], 20), [...rig.chip.readFlash(0x4000, 4)]];
    const straight = finish();
    expect(straight).toEqual([ACK, [1, 2, 3, 4]]);
    rig.talk([0x80, 0x80]);
    rig.machine.restoreSnapshot(snapshot);
    expect(finish()).toEqual(straight);
  });
  test('power cut in the fifth of the mass erases: cells in between, and the loader starts over', () => {
    const rig = inLoader();
    rig.chip.load(0x4000, new Uint8Array(0xc000).fill(0x55));
    rig.talk([0x80]);
    rig.talk(frame(0x18, 0xfe, 0xff, 0x06, 0xa5), 70);
    expect(rig.chip.flash.busy).toBe(true);
    expect(rig.chip.flash.operationsSincePowerOn).toBe(5);
    rig.chip.flash.powerFail('random-bits', 3);
    rig.chip.powerOff();
    rig.chip.powerOn();
    rig.chip.enterBsl();
    rig.passMs(1);
    rig.command(0x18, [0xfe, 0xff, 0x06, 0xa5], 300);
    expect(rig.password(ERASED)).toEqual(ACK);
    expect(rig.write(0x4000, [1, 2])).toEqual(ACK);
    expect(rig.kinds()).not.toContain('flash-erase-short');
  });
});
