/** Images that other projects built for real nodes of this kind, booted as they are. They are not part of this
 *  project (test/helpers/pairs.ts): `<pair>/old.elf` and `<pair>/new.elf`. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createEz240, type Ez240 } from '../../../emulator/boards/ez240.ts';
import { joinByAir } from '../../../emulator/parts/air.ts';
import { frameCheck } from '../../../emulator/parts/cc2420-registers.ts';
import { loadSegments } from '../../helpers/msp430-image.ts';
import { findInPair } from '../../helpers/pairs.ts';

const SECOND = 2 ** 30;
const CONTIKI = ['msp-contiki-udp-a'];
const TINYOS = ['msp-iot-a', 'msp-tdma-a', 'msp-tdma-c', 'msp-wsn-b'];
const TIMEOUT_MS = 60_000;

const fileOf = (name: string): string | null => {
  const [pair, file] = name.split('/') as [string, string];
  return findInPair(pair, file);
};
const imagesOf = (pairs: readonly string[]): string[] =>
  pairs.flatMap((pair) =>
    ['old', 'new'].map((role) => `${pair}/${role}.elf`).filter((file) => fileOf(file) !== null),
  );
const contiki = imagesOf(CONTIKI);
const tinyos = imagesOf(TINYOS);
if (contiki.length + tinyos.length === 0) {
  process.stderr.write(
    'left out: real images on the Ez240; FLASHRIG_PAIRS names no folder of pairs\n',
  );
}

interface Node {
  readonly board: Ez240;
  readonly frames: Uint8Array[];
  readonly text: () => string;
  readonly gaps: () => string[];
}
function boot(file: string, serial?: readonly number[], isOn = true): Node {
  const board = createEz240({ seed: 1, ...(serial === undefined ? {} : { serial }) });
  const { chip } = board;
  for (const { address, bytes } of loadSegments(new Uint8Array(readFileSync(fileOf(file)!)))) {
    chip.load(address, bytes);
  }
  const sent: number[] = [];
  const frames: Uint8Array[] = [];
  board.host.onTransmit = (byte) => sent.push(byte);
  board.radio.onTransmit = (psdu) => frames.push(psdu);
  if (isOn) chip.powerOn();
  return {
    board,
    frames,
    text: () => String.fromCharCode(...sent),
    gaps: () => chip.machine.events.summary().map(({ event }) => `${event.kind} ${event.where}`),
  };
}
const hasGoodCheck = (psdu: Uint8Array): boolean =>
  frameCheck(psdu.subarray(0, -2)) === (psdu.at(-2)! | (psdu.at(-1)! << 8));

describe.runIf(contiki.length > 0)('Contiki-NG on the Ez240', () => {
  test.each(contiki)(
    '%s, prints its banner with the address of the DS2411 and sends a DIO',
    (file) => {
      const { board, text, frames, gaps } = boot(file);
      board.chip.machine.runUntil(6 * SECOND);
      expect(text()).toContain('Starting Contiki-NG-release/v4.6');
      expect(text()).toContain('Link-layer address: 0012.7400.0e24.0001\n');
      expect(text()).toContain('CC2420 CCA threshold -45\n');
      expect(frames.length).toBeGreaterThan(0);
      expect(frames.every(hasGoodCheck)).toBe(true);
      expect(gaps()).toEqual(['gap-register U1TCTL']);
      expect(board.chip.resets).toBe(1);
    },
    TIMEOUT_MS,
  );

  test(
    'a frame to its long address that asks for it is acknowledged, by the radio itself; one to another is not',
    () => {
      const { board, frames } = boot(contiki[0]!);
      const { machine } = board.chip;
      machine.runUntil(6 * SECOND);
      const MDMCTRL0 = 0x11;
      const ADR_DECODE_AUTOCRC_AUTOACK = 0x0830;
      expect(board.radio.register(MDMCTRL0) & ADR_DECODE_AUTOCRC_AUTOACK).toBe(
        ADR_DECODE_AUTOCRC_AUTOACK,
      );
      const pan = frames[0]!.subarray(3, 5);
      const answers = (last: number): number[][] => {
        frames.length = 0;
        const to = [last, 0x00, 0x24, 0x0e, 0x00, 0x74, 0x12, 0x00];
        const from = [9, 0x00, 0x24, 0x0e, 0x00, 0x74, 0x12, 0x00];
        const body = Uint8Array.of(0x61, 0xdc, 0x5a, ...pan, ...to, ...from, 0x7a);
        const check = frameCheck(body);
        const sfd = machine.now + Math.round(0.00016 * SECOND);
        board.radio.hear(Uint8Array.of(...body, check, check >>> 8), sfd);
        machine.runUntil(sfd + 0.002 * SECOND);
        return frames.map((psdu) => [...psdu.subarray(0, 3)]);
      };
      expect(answers(1)).toEqual([[2, 0, 0x5a]]);
      expect(answers(2)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    'two of them, each with a serial number of its own, hear each other',
    () => {
      const nodes = [1, 2].map((n) => boot(contiki[0]!, [0, 0, 0x0e, 0x24, 0, n], false).board);
      const to = joinByAir(nodes, SECOND, { seed: 1, lostOf256: 0 });
      /** FIFOP rises with each frame and falls when the node has read it. */
      const edges = nodes.map(({ chip }) => {
        const count = { rises: 0, falls: 0 };
        chip.ports.onLevels.push(({ port, before, after }) => {
          if (port === 1 && ((before ^ after) & 1) === 1)
            count[(after & 1) === 1 ? 'rises' : 'falls']++;
        });
        return count;
      });
      // The same program at the same instant sends at the same instant, and hears nothing.
      nodes[0]!.chip.powerOn();
      to(0.7 * SECOND);
      nodes[1]!.chip.powerOn();
      to(8 * SECOND);
      expect(edges).toEqual([
        { rises: 1, falls: 1 },
        { rises: 1, falls: 1 },
      ]);
      expect(nodes.map(({ chip }) => chip.resets)).toEqual([1, 1]);
    },
    TIMEOUT_MS,
  );
});

describe.runIf(tinyos.length > 0)('TinyOS on the Ez240', () => {
  test.each(tinyos)(
    '%s, calibrates its DCO and sends frames of PAN 0x22, or waits for one',
    (file) => {
      const { board, frames, gaps } = boot(file);
      board.chip.machine.runUntil(6 * SECOND);
      expect(Math.abs(board.chip.parts.clocking.mclkHz / 2 ** 22 - 1)).toBeLessThan(0.01);
      expect(frames.every((psdu) => hasGoodCheck(psdu) && psdu[3] === 0x22)).toBe(true);
      if (file !== 'msp-tdma-c/old.elf') expect(frames.length).toBeGreaterThan(0);
      else expect(board.radio.isReceiving).toBe(true);
      expect(gaps()).toEqual([]);
      expect(board.chip.resets).toBe(1);
    },
    TIMEOUT_MS,
  );
});
