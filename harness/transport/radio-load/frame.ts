/** Frames of a file's way over the radio: IEEE 802.15.4 data frames with an 8-byte header of our own and up to 100 bytes.
 *  Source: firmware-fixtures/msp430f1611/README.md, "Files over the radio".
 *  Leaves out: the check sequence, which the radio adds and takes away. */

export const KINDS = {
  begin: 1,
  data: 2,
  query: 3,
  end: 4,
  ready: 0x81,
  missing: 0x83,
  accepted: 0x84,
  refused: 0x85,
} as const;
export type Kind = keyof typeof KINDS;

export const SEGMENT_BYTES = 100;
const MAC_HEADER_BYTES = 9;
const HEADER_BYTES = MAC_HEADER_BYTES + 8;
/** Data, short addresses in one network, no acknowledgement asked for. */
const CONTROL = 0x8841;
const MARK = 0xe2;

const AT = { control: 0, number: 2, network: 3, to: 5, from: 7, mark: 9, kind: 10 } as const;
const TRANSFER_AT = 11;
const SEGMENTS_AT = 13;
const SEGMENT_AT = 15;

export interface RadioAddress {
  readonly network: number;
  readonly to: number;
  readonly from: number;
}

export interface LoadFrame {
  readonly kind: Kind;
  /** CRC-16 of the file. */
  readonly transfer: number;
  readonly segments: number;
  readonly segment: number;
  readonly payload: Uint8Array;
}

/** @param number counts the sender's frames, 0 to 255: what comes twice is taken once. */
export function encodeLoadFrame(
  frame: LoadFrame,
  address: RadioAddress,
  number: number,
): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + frame.payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(AT.control, CONTROL, true);
  bytes[AT.number] = number;
  view.setUint16(AT.network, address.network, true);
  view.setUint16(AT.to, address.to, true);
  view.setUint16(AT.from, address.from, true);
  bytes[AT.mark] = MARK;
  bytes[AT.kind] = KINDS[frame.kind];
  view.setUint16(TRANSFER_AT, frame.transfer, true);
  view.setUint16(SEGMENTS_AT, frame.segments, true);
  view.setUint16(SEGMENT_AT, frame.segment, true);
  bytes.set(frame.payload, HEADER_BYTES);
  return bytes;
}

/** @returns null for a frame of somebody else. */
export function parseLoadFrame(bytes: Uint8Array): LoadFrame | null {
  if (bytes.length < HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint16(AT.control, true) !== CONTROL || bytes[AT.mark] !== MARK) return null;
  const kind = (Object.keys(KINDS) as Kind[]).find((name) => KINDS[name] === bytes[AT.kind]);
  if (kind === undefined) return null;
  return {
    kind,
    transfer: view.getUint16(TRANSFER_AT, true),
    segments: view.getUint16(SEGMENTS_AT, true),
    segment: view.getUint16(SEGMENT_AT, true),
    payload: bytes.slice(HEADER_BYTES),
  };
}
