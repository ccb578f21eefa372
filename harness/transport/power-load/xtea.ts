/** XTEA, one block of 8 bytes: the cipher of AFN 06 in decision 0001.
 *  Source: Needham and Wheeler, "Tea extensions", 1997: 32 cycles of two Feistel rounds, delta 9E3779B9.
 *  Leaves out: decryption and block modes; authentication needs neither. */

const CYCLES = 32;
const DELTA = 0x9e3779b9;
export const BLOCK_BYTES = 8;
export const KEY_BYTES = 16;

/** Key and block are little-endian words. */
export function xteaEncrypt(key: Uint8Array, block: Uint8Array): Uint8Array {
  if (key.length !== KEY_BYTES) throw new RangeError(`XTEA key has ${key.length} bytes, not 16`);
  if (block.length !== BLOCK_BYTES) throw new RangeError(`XTEA block has ${block.length} bytes`);
  const keyWord = (sum: number) => littleWord(key, (sum & 3) * 4);
  let v0 = littleWord(block, 0);
  let v1 = littleWord(block, 4);
  let sum = 0;
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    v0 = (v0 + ((((v1 << 4) ^ (v1 >>> 5)) + v1) ^ (sum + keyWord(sum)))) >>> 0;
    sum = (sum + DELTA) >>> 0;
    v1 = (v1 + ((((v0 << 4) ^ (v0 >>> 5)) + v0) ^ (sum + keyWord(sum >>> 11)))) >>> 0;
  }
  const out = new Uint8Array(BLOCK_BYTES);
  const view = new DataView(out.buffer);
  view.setUint32(0, v0, true);
  view.setUint32(4, v1, true);
  return out;
}

const littleWord = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
