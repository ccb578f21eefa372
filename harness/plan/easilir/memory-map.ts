/** Where things lie in the sensor node.
 *  Source: firmware-fixtures/msp430f1611/README.md, "Memory" and the header below it. */

import { EZ240_HEADER, headerCrc } from '../../image/node-header.ts';

export const APP_START = 0x4000;
/** Behind the last byte that an application may have. */
export const APP_END = 0xd000;
export const VECTORS_BYTES = 32;
export const HEADER_ADDRESS = 0x4020;
export const HEADER_BYTES = 16;
export const CODE_START = HEADER_ADDRESS + HEADER_BYTES;
export const AREA_START = 0x1900;
export const AREA_BYTES = 0x0c00;
export const AREA_END = AREA_START + AREA_BYTES;
export const FLASH_SEGMENT_BYTES = 512;

/** Offsets in the header. */
export const LENGTH_OFFSET = 2;
export const VERSION_OFFSET = 10;
export const CRC_OFFSET = 14;

export const isInArea = (address: number): boolean => address >= AREA_START && address < AREA_END;

export const segmentOf = (address: number): number => Math.floor(address / FLASH_SEGMENT_BYTES);

export const wordOf = (bytes: Uint8Array, at: number): number => bytes[at]! | (bytes[at + 1]! << 8);

export function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word & 0xff;
  bytes[at + 1] = (word >>> 8) & 0xff;
}

export const hex4 = (address: number): string => `0x${address.toString(16).padStart(4, '0')}`;

/** CRC-16 that the header of an image must hold. */
export const headerCrcOf = (image: Uint8Array): number => headerCrc(image, EZ240_HEADER);
