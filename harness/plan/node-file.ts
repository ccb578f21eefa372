/** The file that the sensor node's runtime takes: envelope, body, CRC-16 over all before.
 *  Source: firmware-fixtures/msp430f1611/README.md, "Files".
 *  Leaves out: what is in the body; each scheme says it. */

import { crc16 } from '../crc16.ts';
import { RigError } from '../errors.ts';

const MARK = 0x45;
export const NODE_FILE_KINDS = { deluge: 1, r2: 2, 'in-situ': 3, rebuild: 4 } as const;
export const NODE_ENVELOPE_BYTES = 18;
const CRC_BYTES = 2;
const FIELD_LIMIT = 0xffff;

/** What the node must hold before and will hold afterwards. */
export interface NodeEnvelope {
  readonly kind: number;
  readonly baseBytes: number;
  readonly baseCrc: number;
  readonly resultBytes: number;
  readonly resultCrc: number;
  /** Over the bytes in use of the ifunction area. */
  readonly areaCrc: number;
  readonly resultAreaBytes: number;
  readonly resultAreaCrc: number;
}

/** The same as bytes. */
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

export function sealNodeFile({
  kind,
  base,
  after,
  areaBefore,
  areaAfter,
  body,
}: NodeFile): Uint8Array {
  const envelope = {
    kind: NODE_FILE_KINDS[kind],
    baseBytes: base?.length ?? 0,
    baseCrc: base === null ? 0 : crc16(base),
    resultBytes: after.length,
    resultCrc: crc16(after),
    areaCrc: crc16(areaBefore),
    resultAreaBytes: areaAfter.length,
    resultAreaCrc: crc16(areaAfter),
  };
  return writeNodeFile(envelope, body);
}

export function writeNodeFile(envelope: NodeEnvelope, body: Uint8Array): Uint8Array {
  for (const [what, value] of [
    ['the new image in bytes', envelope.resultBytes],
    ['the body in bytes', body.length],
  ] as const) {
    if (value > FIELD_LIMIT) throw new RigError('PATCH_FIELD', { what, value, limit: FIELD_LIMIT });
  }
  const file = new Uint8Array(NODE_ENVELOPE_BYTES + body.length + CRC_BYTES);
  const view = new DataView(file.buffer);
  file[0] = MARK;
  file[1] = envelope.kind;
  const fields = [
    envelope.baseBytes,
    envelope.baseCrc,
    envelope.resultBytes,
    envelope.resultCrc,
    envelope.areaCrc,
    envelope.resultAreaBytes,
    envelope.resultAreaCrc,
    body.length,
  ];
  fields.forEach((field, index) => {
    view.setUint16(2 + 2 * index, field, true);
  });
  file.set(body, NODE_ENVELOPE_BYTES);
  const end = file.length - CRC_BYTES;
  view.setUint16(end, crc16(file.subarray(0, end)), true);
  return file;
}

/** @param file name for errors. */
export function readNodeFile(
  bytes: Uint8Array,
  file: string,
): { readonly envelope: NodeEnvelope; readonly body: Uint8Array } {
  const end = bytes.length - CRC_BYTES;
  const wrong = (what: string, found: string | number, expected: string | number): never => {
    throw new RigError('EASILIR_SCRIPT', { file, what, found, expected });
  };
  if (end < NODE_ENVELOPE_BYTES) {
    wrong('its length', bytes.length, `${NODE_ENVELOPE_BYTES + CRC_BYTES} at least`);
  }
  if (bytes[0] !== MARK) wrong('its first byte', bytes[0]!, MARK);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const computed = crc16(bytes.subarray(0, end));
  const received = view.getUint16(end, true);
  if (received !== computed) wrong('its CRC-16', hex4(received), hex4(computed));
  const field = (index: number): number => view.getUint16(2 + 2 * index, true);
  const body = bytes.subarray(NODE_ENVELOPE_BYTES, end);
  if (field(7) !== body.length) wrong('the length of its body', body.length, field(7));
  return {
    envelope: {
      kind: bytes[1]!,
      baseBytes: field(0),
      baseCrc: field(1),
      resultBytes: field(2),
      resultCrc: field(3),
      areaCrc: field(4),
      resultAreaBytes: field(5),
      resultAreaCrc: field(6),
    },
    body,
  };
}

const hex4 = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;
