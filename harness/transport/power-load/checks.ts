/** Sums and passwords of the power-load protocol.
 *  Source: decision 0001, row "last segment"; Q/GDW 130-2005 password as in the reference sheet, AUX.
 *  Leaves out: the frame's own CS (ft12/frame), the file's CRC-32 (harness/crc32). */

/** Sum of all bytes modulo 65536: the paper's file check. */
export function sum16(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xffff;
  return sum;
}

/** The 2-byte password of 2004/130: CRC-16, right-shifting, init 0, with the key as polynomial. */
export function password16(key: number, bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ key : crc >>> 1;
  }
  return crc & 0xffff;
}
