/** The header of a node's application: what agent and judge read.
 *  Source: firmware-fixtures/atmega32u4 and msp430f1611, README.md: magic, length of the image, version, CRC-16
 *  of the image without this field. Leaves out: the six bytes between length and version. */

/** Where the header lies from the image's first byte, and how it begins. */
interface HeaderPlace {
  readonly at: number;
  readonly magic: string;
}
export const ATMEGA32U4_HEADER: HeaderPlace = { at: 0xb0, magic: 'ND' };
export const EZ240_HEADER: HeaderPlace = { at: 0x20, magic: 'EZ' };

const HEADER_BYTES = 16;
const LENGTH_OFFSET = 2;
const VERSION_OFFSET = 10;
const VERSION_BYTES = 4;
const CRC_OFFSET = 14;

export interface NodeHeader {
  /** Bytes from the image's first. */
  readonly length: number;
  /** Four ASCII characters. */
  readonly version: string;
  readonly crc16: number;
}

/** @param packed the application from its first byte. @returns null where there is no header. */
export function readNodeHeader(packed: Uint8Array, { at, magic }: HeaderPlace): NodeHeader | null {
  if (packed.length < at + HEADER_BYTES) return null;
  const header = packed.subarray(at, at + HEADER_BYTES);
  if (String.fromCharCode(...header.subarray(0, magic.length)) !== magic) return null;
  const word = (from: number): number => header[from]! | (header[from + 1]! << 8);
  const version = header.subarray(VERSION_OFFSET, VERSION_OFFSET + VERSION_BYTES);
  return {
    length: word(LENGTH_OFFSET),
    version: String.fromCharCode(...version),
    crc16: word(CRC_OFFSET),
  };
}
