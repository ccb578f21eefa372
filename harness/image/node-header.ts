/** The header at 0xB0 of the node's application: what agent and judge read.
 *  Source: firmware-fixtures/atmega32u4/README.md: magic ND, length from 0, version, CRC-16 of the image
 *  without this field. Leaves out: the six bytes between length and version. */

const HEADER_ADDRESS = 0xb0;
const HEADER_BYTES = 16;
const MAGIC = [0x4e, 0x44];
const LENGTH_OFFSET = 2;
const VERSION_OFFSET = 10;
const VERSION_BYTES = 4;
const CRC_OFFSET = 14;

export interface NodeHeader {
  /** Bytes from 0. */
  readonly length: number;
  /** Four ASCII characters. */
  readonly version: string;
  readonly crc16: number;
}

/** @param packed the application from 0. @returns null where there is no header. */
export function readNodeHeader(packed: Uint8Array): NodeHeader | null {
  if (packed.length < HEADER_ADDRESS + HEADER_BYTES) return null;
  const header = packed.subarray(HEADER_ADDRESS, HEADER_ADDRESS + HEADER_BYTES);
  if (MAGIC.some((byte, i) => header[i] !== byte)) return null;
  const word = (at: number): number => header[at]! | (header[at + 1]! << 8);
  const version = header.subarray(VERSION_OFFSET, VERSION_OFFSET + VERSION_BYTES);
  return {
    length: word(LENGTH_OFFSET),
    version: String.fromCharCode(...version),
    crc16: word(CRC_OFFSET),
  };
}
