/** Files for the resident runtime of the Ez240, put together by hand: firmware-fixtures/msp430f1611/README.md, "Files". */

import { crc16 } from '../../harness/crc16.ts';

export const KIND = { deluge: 1, inSitu: 3, rebuild: 4 } as const;

const word = (value: number): number[] => [value & 0xff, value >>> 8];
const NOTHING = new Uint8Array(0);

export interface Program {
  readonly image: Uint8Array;
  readonly area: Uint8Array;
}

/** Envelope, body, CRC-16. @param from null for deluge. */
export function fileOf(kind: number, from: Program | null, to: Program, body: Uint8Array) {
  const file = Uint8Array.from([
    0x45,
    kind,
    ...(from === null ? [0, 0, 0, 0] : [...word(from.image.length), ...word(crc16(from.image))]),
    ...word(to.image.length),
    ...word(crc16(to.image)),
    ...word(crc16(from?.area ?? NOTHING)),
    ...word(to.area.length),
    ...word(crc16(to.area)),
    ...word(body.length),
    ...body,
  ]);
  return Uint8Array.from([...file, ...word(crc16(file))]);
}

/** @param protocol what a Deluge image carries with it. */
export const delugeFile = (image: Uint8Array, protocol = NOTHING): Uint8Array =>
  fileOf(
    KIND.deluge,
    null,
    { image, area: NOTHING },
    Uint8Array.from([...word(image.length), ...image, ...protocol]),
  );

const HEADER = 0x20;
const CRC_AT = HEADER + 14;
/** The image with another version and the length and CRC that fit it. */
export function sealed(image: Uint8Array, version: string): Uint8Array {
  const out = image.slice();
  out.set(word(out.length), HEADER + 2);
  out.set(Buffer.from(version, 'latin1'), HEADER + 10);
  const inner = Uint8Array.from([...out.subarray(0, CRC_AT), ...out.subarray(CRC_AT + 2)]);
  out.set(word(crc16(inner)), CRC_AT);
  return out;
}
