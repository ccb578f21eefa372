/** CRC-16 of MODBUS: polynomial 8005 reflected (A001), start FFFF, no final XOR.
 *  Used by patch files and by the agent of the AVR node, which has no room for a wider one.
 *  Check value: crc16 of the ASCII digits 1 to 9 is 4B37. */

const POLYNOMIAL_REFLECTED = 0xa001;
const START = 0xffff;

const TABLE = Uint16Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL_REFLECTED : 0);
  return crc;
});

/** @param before result over the bytes in front of these, to go on from there. */
export function crc16(bytes: Uint8Array, before = START): number {
  let crc = before;
  for (let i = 0; i < bytes.length; i++) {
    crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]!) & 0xff]!;
  }
  return crc;
}
