/** The file that the sensor node's runtime takes: envelope, body, CRC-16 over all before.
 *  Source: firmware-fixtures/msp430f1611/README.md, "Files".
 *  Leaves out: what is in the body; each scheme says it. */

import { crc16 } from '../crc16.ts';
import { RigError } from '../errors.ts';

const MAGIC = 0x45;
export const NODE_FILE_KINDS = { deluge: 1, r2: 2, 'in-situ': 3, rebuild: 4 } as const;
const ENVELOPE_BYTES = 18;
const CRC_BYTES = 2;
const FIELD_LIMIT = 0xffff;

export interface NodeFile {
  readonly kind: keyof typeof NODE_FILE_KINDS;
  /** The image that the node must hold; null = any. */
  readonly base: Uint8Array | null;
  /** The image that it holds afterwards. */
  readonly after: Uint8Array;
  /** Bytes in use of the ifunction area, before and afterwards. */
  readonly areaBefore: Uint8Array;
  readonly areaAfter: Uint8Array;
  readonly body: Uint8Array;
}

export function sealNodeFile(file: NodeFile): Uint8Array {
  const { kind, base, after, areaBefore, areaAfter, body } = file;
  for (const [what, bytes] of [
    ['the new image in bytes', after],
    ['the body in bytes', body],
  ] as const) {
    if (bytes.length <= FIELD_LIMIT) continue;
    throw new RigError('PATCH_FIELD', { what, value: bytes.length, limit: FIELD_LIMIT });
  }
  const sealed = new Uint8Array(ENVELOPE_BYTES + body.length + CRC_BYTES);
  const view = new DataView(sealed.buffer);
  sealed[0] = MAGIC;
  sealed[1] = NODE_FILE_KINDS[kind];
  view.setUint16(2, base?.length ?? 0, true);
  view.setUint16(4, base === null ? 0 : crc16(base), true);
  view.setUint16(6, after.length, true);
  view.setUint16(8, crc16(after), true);
  view.setUint16(10, crc16(areaBefore), true);
  view.setUint16(12, areaAfter.length, true);
  view.setUint16(14, crc16(areaAfter), true);
  view.setUint16(16, body.length, true);
  sealed.set(body, ENVELOPE_BYTES);
  const checked = sealed.subarray(0, sealed.length - CRC_BYTES);
  view.setUint16(sealed.length - CRC_BYTES, crc16(checked), true);
  return sealed;
}
