import { expect, test } from 'vitest';
import { crc16 } from '../../../harness/crc16.ts';
import { schemes } from '../../../harness/plan/index.ts';
import { targets } from '../../../harness/plan/targets.ts';

const image = Uint8Array.from({ length: 1000 }, (_, i) => i);
const protocol = Uint8Array.from({ length: 300 }, (_, i) => 255 - i);
const plan = schemes.deluge.plan({
  target: targets.msp430f1611,
  oldBytes: Uint8Array.of(1, 2, 3),
  newBytes: image,
  newVersion: '1.00',
  node: { residentBytes: protocol, oldProgram: null, newProgram: null, earlier: [] },
});

test('deluge: envelope without a base, length of the image, image, protocol, CRC-16 over all before', () => {
  const view = new DataView(plan.file.buffer);
  const words = [2, 4, 6, 8, 10, 12, 14, 16].map((at) => view.getUint16(at, true));
  expect([...plan.file.subarray(0, 2)]).toEqual([0x45, 1]);
  expect(words).toEqual([0, 0, 1000, crc16(image), 0xffff, 0, 0xffff, 2 + 1000 + 300]);
  expect(view.getUint16(18, true)).toBe(1000);
  expect(plan.file.subarray(20, 1020)).toEqual(image);
  expect(plan.file.subarray(1020, 1320)).toEqual(protocol);
  expect(plan.file).toHaveLength(1322);
  expect(view.getUint16(1320, true)).toBe(crc16(plan.file.subarray(0, 1320)));
});

test('deluge: two segments to erase, one sector, every byte staged and the image copied', () => {
  expect(plan.expectedBytes).toBe(image);
  expect(plan.predicted).toMatchObject({
    flashErases: 3,
    node: {
      flashBytesProgrammed: 1024,
      segmentErases: 2,
      externalBytesProgrammed: 1322,
      sectorErases: 1,
    },
  });
});

test('deluge: an image that the application space does not hold is refused', () => {
  const run = () =>
    schemes.deluge.plan({
      target: targets.msp430f1611,
      oldBytes: image,
      newBytes: new Uint8Array(0x9001),
      newVersion: null,
    });
  expect(run).toThrow(expect.objectContaining({ code: 'PLAN_NO_ROOM' }));
});
