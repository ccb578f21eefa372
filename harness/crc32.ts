/** CRC-32 of IEEE 802.3: polynomial 04C11DB7 reflected, start and final XOR FFFFFFFF.
 *  Used by the program header and by the last segment of a transfer (decision 0001).
 *  Check value: crc32 of the ASCII digits 1 to 9 is CBF43926. */

const POLYNOMIAL_REFLECTED = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL_REFLECTED : 0);
  return crc >>> 0;
});

/** @param before result over the bytes in front of these, to go on from there. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before >>> 0;
  for (let i = 0; i < bytes.length; i++) {
    crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]!) & 0xff]!;
  }
  return ~crc >>> 0;
}
