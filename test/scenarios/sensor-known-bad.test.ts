/** Known-bad runtimes of the Ez240 whose mistake no cut of a ready-made update shows.
 *  Source: firmware-fixtures/msp430f1611/known-bad/README.md. */

import { describe, expect, test } from 'vitest';
import { NODE_FILE_KINDS } from '../../harness/plan/node-file.ts';
import { fileOf, sealed } from '../helpers/ez240-files.ts';
import type { Ez240Node } from '../helpers/ez240-node.ts';
import {
  BLINK,
  expectRefused,
  expectTaken,
  IF_ELSE,
  sensorNode,
  sent,
  versionOf,
} from '../helpers/sensor-rubbish.ts';

const TIMEOUT_MS = 60_000;
const VERSION_AT = 0x2a;
const NO_AREA = new Uint8Array(0);
const word = (value: number): number[] => [value & 0xff, value >>> 8];

/** The header is replaced, then the version in it is moved behind the image, to another segment. */
function moveOfTheNew(): Uint8Array {
  const { image } = BLINK;
  const longer = Uint8Array.from([...image, ...Buffer.from('1.09', 'latin1')]);
  const result = sealed(longer, '1.09');
  const header = result.subarray(0x20, 0x30);
  const commands = [
    ...[0x01, ...word(0x4020), header.length, ...header],
    ...[0x05, ...word(0x4000 + image.length), ...word(0x4000 + VERSION_AT), 4],
  ];
  const old = { image, area: NO_AREA };
  return fileOf(
    NODE_FILE_KINDS['in-situ'],
    old,
    { image: result, area: NO_AREA },
    Uint8Array.from(commands),
  );
}

describe('known-bad MSP430 runtimes', { timeout: TIMEOUT_MS }, () => {
  test('move-reads-old-segments refuses a MOVE from a new segment that the reference takes', () => {
    const file = moveOfTheNew();
    expectTaken(sensorNode(), file, '1.09');
    expectRefused(sensorNode('blink', 'runtime-move-reads-old-segments'), { what: 'moved', file });
  });

  test('low-battery-ignored at 2.6 V: begins, and there is no application until the supply is good', () => {
    const updateAt2600 = (runtime: string): Ez240Node => {
      const node = sensorNode('blink', runtime);
      node.board.chip.setSupplyMillivolts(2600);
      sent(node, IF_ELSE.file, '1.03');
      return node;
    };
    expect(versionOf(updateAt2600('runtime'))).toBe('1.00');
    const node = updateAt2600('runtime-low-battery-ignored');
    expect(versionOf(node)).toBe('----');
    const { chip } = node.board;
    chip.setSupplyMillivolts(2800);
    chip.powerOff();
    node.pass(1e6);
    chip.powerOn();
    expect(versionOf(node)).toBe('1.03');
  });
});
