/** UU-encoded lines as ISP of the LPC2000 uses them: a length character, then 4 characters for 3 bytes.
 *  Source: UM10237 "ISP data format": at most 61 characters a line, that is 45 bytes.
 *  Leaves out: begin and end lines, which ISP does not have. */

export const UU_BYTES = 45;

/** Zero is sent as a backquote, since a space at the end of a line may get lost on its way. */
const character = (sixBits: number): number => (sixBits === 0 ? 0x60 : 0x20 + sixBits);
const sixBitsOf = (code: number): number => (code - 0x20) & 0x3f;

/** Characters of one line, without its end. */
export function uuEncode(bytes: Uint8Array): number[] {
  const line = [character(bytes.length)];
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let shift = 18; shift >= 0; shift -= 6) line.push(character((group >>> shift) & 0x3f));
  }
  return line;
}

/** Bytes of a line, or null when its length is not `expected` or a character is outside the alphabet.
 *  Characters missing at the end count as zero. */
export function uuDecode(line: Uint8Array, expected: number): Uint8Array | null {
  if (line.length === 0 || sixBitsOf(line[0]!) !== expected) return null;
  if (line.length > 1 + 4 * Math.ceil(expected / 3)) return null;
  if (line.some((code) => code < 0x20 || code > 0x60)) return null;
  const bytes = new Uint8Array(expected);
  for (let i = 0; i < expected; i++) {
    const at = 1 + 4 * Math.floor(i / 3);
    let group = 0;
    for (let k = 0; k < 4; k++) group = (group << 6) | sixBitsOf(line[at + k] ?? 0x20);
    bytes[i] = (group >>> (16 - 8 * (i % 3))) & 0xff;
  }
  return bytes;
}
