import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createEz240, type Ez240 } from '../../../emulator/boards/ez240.ts';
import { runBslOnBoard } from '../../../harness/device/bsl-board.ts';
import { type BslPort, runBslOnPort } from '../../../harness/device/bsl-port.ts';
import {
  type BslCourse,
  enterLoader,
  givePassword,
  massErase,
  order,
  programChip,
  readMemory,
  synchronise,
  verifyMemory,
  writeMemory,
} from '../../../harness/transport/bsl/client.ts';
import { buildHello, HELLO_BAUD, HELLO_TEXT } from '../../helpers/msp430-hello.ts';
import { type LoadSegment, loadSegments } from '../../helpers/msp430-image.ts';
import { findInPair } from '../../helpers/pairs.ts';
import { needPeer } from '../../helpers/peers.ts';

const SECOND = 2 ** 30;
const TIMEOUT_MS = 60_000;

const powered = (): Ez240 => {
  const board = createEz240({ seed: 11 });
  board.chip.powerOn();
  return board;
};
const run = <T>(board: Ez240, course: BslCourse<T>): T => runBslOnBoard(board, course) as T;
const bytesOf = (segments: readonly LoadSegment[]) =>
  segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
function textAfter(board: Ez240, seconds: number): string {
  const sent: number[] = [];
  board.host.onTransmit = (byte) => sent.push(byte);
  board.chip.machine.runUntil(board.chip.machine.now + seconds * SECOND);
  return String.fromCharCode(...sent);
}
function isHeldBy(board: Ez240, segments: readonly LoadSegment[]): boolean {
  return segments.every(
    ({ address, bytes }) =>
      Buffer.compare(board.chip.readFlash(address, bytes.length), bytes) === 0,
  );
}

const contiki = findInPair('msp-contiki-udp-a', 'old.elf');
describe.skipIf(contiki === null)('Contiki-NG, through the pins of the boot loader', () => {
  test(
    'programmed over what was there, read back, and it boots',
    () => {
      const segments = loadSegments(new Uint8Array(readFileSync(contiki!)));
      const board = powered();
      board.chip.load(0x4000, new Uint8Array(0xc000));
      const from = board.chip.machine.now;
      const summary = run(board, programChip({ segments, baud: 38_400 }));
      const seconds = (board.chip.machine.now - from) / SECOND;
      expect([...summary.version.subarray(0, 2)]).toEqual([0xf1, 0x6c]);
      expect(summary.bytesVerified).toBe(summary.bytesWritten);
      expect(summary.bytesWritten).toBeGreaterThanOrEqual(bytesOf(segments));
      expect(isHeldBy(board, segments)).toBe(true);
      // Each byte goes over the line twice, at 11 bits.
      expect(seconds).toBeGreaterThan((2 * 11 * summary.bytesWritten) / 38_400);
      expect(textAfter(board, 3)).toContain('Starting Contiki-NG');
      const kinds = board.chip.machine.events.summary().map(({ event }) => event.kind);
      expect(kinds).toEqual(['gap-register']);
    },
    TIMEOUT_MS,
  );
});

const clang = needPeer('ld.lld-14') === null ? null : needPeer('clang-14');
describe.skipIf(clang === null)('a program built by clang', () => {
  const segments = () => loadSegments(buildHello(clang!));

  test.each([9600, 19_200, 38_400] as const)(
    '%d baud, programmed, read back, says hello',
    (baud) => {
      const board = powered();
      run(board, programChip({ segments: segments(), baud }));
      expect(isHeldBy(board, segments())).toBe(true);
      board.host.setPeer({ baud: HELLO_BAUD, parity: 'none', stopBits: 1 });
      expect(textAfter(board, 0.1)).toBe(HELLO_TEXT);
      expect(board.chip.machine.events.summary()).toEqual([]);
    },
  );

  test('power cut in the middle of a block: the next attempt makes it whole', () => {
    const board = powered();
    let talks = 0;
    const course = programChip({ segments: segments(), baud: 38_400 });
    const stopped = runBslOnBoard(
      board,
      course,
      (step) => step.kind === 'talk' && step.bytes.length > 200 && ++talks === 9,
    );
    expect(stopped).toBeUndefined();
    const { chip, bslPort } = board;
    bslPort.send(Uint8Array.of(0x80, 0x12, 244, 244, 0, 0x50, 240, 0, 1, 2, 3, 4));
    chip.machine.runUntil(chip.machine.now + 0.004 * SECOND);
    chip.flash.powerFail(null, 0);
    chip.powerOff();
    chip.powerOn();
    expect(textAfter(board, 0.1)).toBe('');
    run(board, programChip({ segments: segments(), baud: 38_400 }));
    expect(isHeldBy(board, segments())).toBe(true);
    expect(textAfter(board, 0.1)).toBe(HELLO_TEXT);
  });

  test.each(['old-data', 'random-bits', 'weak-bits', 'marginal-erase'] as const)(
    'power cut in the mass erase, %s: the next attempt makes it whole',
    (torn) => {
      const board = powered();
      const { chip, bslPort } = board;
      run(board, programChip({ segments: segments(), baud: 38_400 }));
      run(board, enterLoader());
      runBslOnBoard(board, massErase(), (step) => {
        if (step.kind !== 'talk' || step.bytes.length === 1) return false;
        // Past the end of the frame, into the first of the erases.
        chip.machine.runUntil(bslPort.send(step.bytes) + 0.006 * SECOND);
        return true;
      });
      expect(chip.flash.operation).toMatchObject({ kind: 'erase', firstSector: 0, lastSector: 97 });
      chip.flash.powerFail(torn, 5);
      chip.powerOff();
      chip.powerOn();
      run(board, programChip({ segments: segments(), baud: 38_400 }));
      expect(isHeldBy(board, segments())).toBe(true);
      expect(textAfter(board, 0.1)).toBe(HELLO_TEXT);
    },
  );

  test('at a serial port with control lines, programmed, read back, says hello', async () => {
    const board = powered();
    const summary = await runBslOnPort(portOf(board), programChip({ segments: segments() }));
    expect(summary.bytesVerified).toBe(summary.bytesWritten);
    expect(isHeldBy(board, segments())).toBe(true);
    expect(textAfter(board, 0.1)).toBe(HELLO_TEXT);
  });
});

describe('client of the MSP430 boot loader', () => {
  test('no board in its loader: says what it waited for', () => {
    expect(() => run(powered(), order({ name: 'txVersion' }))).toThrow(/no answer to txVersion/);
    expect(run(powered(), synchronise())).toBe(false);
  });
  test('wrong password: acknowledged, then refused, and nothing is lost', () => {
    const board = powered();
    board.chip.load(0xffe0, new Uint8Array(32).fill(0x11));
    run(board, enterLoader());
    run(board, givePassword(new Uint8Array(32).fill(0x12)));
    expect(() => run(board, readMemory(0x4000, 2))).toThrow(/txDataBlock was refused/);
    run(board, givePassword(new Uint8Array(32).fill(0x11)));
    expect([...run(board, readMemory(0xffe0, 3))]).toEqual([0x11, 0x11, 0x11]);
  });
  test('a cell that does not take its byte: refused at once, and found by reading back', () => {
    const board = powered();
    const segments = [{ address: 0x4000, bytes: Uint8Array.of(1, 2, 3, 4) }];
    run(board, enterLoader());
    run(board, givePassword(new Uint8Array(32).fill(0xff)));
    board.chip.load(0x4002, Uint8Array.of(0xf0));
    expect(() => run(board, writeMemory(segments))).toThrow(/rxDataBlock was refused/);
    expect(() => run(board, verifyMemory(segments))).toThrow(/0x4002 reads 0x0, expected 0x3/);
  });
  test('segments that meet inside a word go into one block, gaps are left out', () => {
    const board = powered();
    run(board, enterLoader());
    run(board, givePassword(new Uint8Array(32).fill(0xff)));
    const written = run(
      board,
      writeMemory([
        { address: 0x4001, bytes: Uint8Array.of(2) },
        { address: 0x4002, bytes: Uint8Array.of(3, 4, 5) },
        { address: 0x5000, bytes: Uint8Array.of(6) },
      ]),
    );
    expect(written).toBe(8);
    expect([...board.chip.readFlash(0x4000, 6)]).toEqual([0xff, 2, 3, 4, 5, 0xff]);
    expect(board.chip.readFlash(0x5000, 1)[0]).toBe(6);
  });
});

/** The emulated board as an adapter's port: time passes while it is asked. */
function portOf({ chip, bslPort }: Ez240): BslPort {
  const { machine } = chip;
  let heard: number[] = [];
  bslPort.onTransmit = (byte) => heard.push(byte);
  return {
    async setBaud(baud) {
      bslPort.setPeer({ baud, parity: 'even', stopBits: 1 });
    },
    async setLines({ rst, tck }) {
      chip.setTckPin(tck);
      chip.setResetPin(rst);
    },
    async write(bytes) {
      machine.runUntil(bslPort.send(bytes));
    },
    read() {
      machine.runUntil(machine.now + 0.1 * SECOND);
      const answer = Uint8Array.from(heard);
      heard = [];
      return answer;
    },
  };
}
