/** CRC-16 of the fixture's contract: reflected polynomial A001, start FFFF. */
export function crc16(bytes: Uint8Array, start = 0xffff): number {
  let crc = start;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}
