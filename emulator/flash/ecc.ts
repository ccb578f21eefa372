/** Error correction of the LPC2000 flash: one check byte for each 16-byte line, single-error correcting.
 *  Source: UM10139 (LPC214x) chapter "Flash memory", ECC section: 128 bits protected, hidden from user code.
 *  UNKNOWN: the real check matrix is not published. Any single-error-correcting code whose check byte of
 *  an erased line is FF shows the same kinds of fault; the exact miscorrections of silicon would differ. */

export const LINE_BYTES = 16;
const DATA_BITS = LINE_BYTES * 8;

/** Column of the check matrix for each data bit: values of two bits and more, each once. */
const COLUMNS = new Uint8Array(DATA_BITS);
/** Syndrome → data bit it points at, or -1. */
const BIT_OF_SYNDROME = new Int16Array(256).fill(-1);
/** [byte position * 256 + byte value] → its contribution; zero bits contribute, so that FF gives 0. */
const CONTRIBUTION = new Uint8Array(LINE_BYTES * 256);

const isColumn = (value: number): boolean => value > 0 && (value & (value - 1)) !== 0;
for (let bit = 0, value = 3; bit < DATA_BITS; value++) {
  if (isColumn(value)) COLUMNS[bit++] = value;
}
// One column is exchanged so that all sum to FF: a line of zeros then has a check byte of zeros, and
// programming zeros over whatever a line holds, as firmware does to void it, leaves a valid line.
const excess = COLUMNS.reduce((sum, column) => sum ^ column, 0xff);
const spare = COLUMNS.findLastIndex((column) => {
  const other = column ^ excess;
  return isColumn(other) && !COLUMNS.includes(other);
});
COLUMNS[spare] = COLUMNS[spare]! ^ excess;
COLUMNS.forEach((column, bit) => {
  BIT_OF_SYNDROME[column] = bit;
});
for (let position = 0; position < LINE_BYTES; position++) {
  for (let byte = 0; byte < 256; byte++) {
    let sum = 0;
    for (let bit = 0; bit < 8; bit++) {
      if (((byte >>> bit) & 1) === 0) sum ^= COLUMNS[position * 8 + bit]!;
    }
    CONTRIBUTION[position * 256 + byte] = sum;
  }
}

/** Check byte of the 16 bytes at `at`. */
export function eccOf(bytes: Uint8Array, at: number): number {
  let sum = 0xff;
  for (let i = 0; i < LINE_BYTES; i++) sum ^= CONTRIBUTION[i * 256 + bytes[at + i]!]!;
  return sum;
}

/** What a syndrome (stored check byte XOR computed check byte) says about a line. */
export const LINE_GOOD = 0;
export const LINE_CORRECTED = 1;
export const LINE_UNCORRECTABLE = 2;
export type LineVerdict = typeof LINE_GOOD | typeof LINE_CORRECTED | typeof LINE_UNCORRECTABLE;

export function verdictOf(syndrome: number): LineVerdict {
  if (syndrome === 0) return LINE_GOOD;
  const isCheckBit = (syndrome & (syndrome - 1)) === 0;
  return isCheckBit || BIT_OF_SYNDROME[syndrome]! >= 0 ? LINE_CORRECTED : LINE_UNCORRECTABLE;
}

/** Correct the line at `at` in place as the hardware would; an uncorrectable line stays as it is. */
export function correctLine(bytes: Uint8Array, at: number, storedEcc: number): LineVerdict {
  const syndrome = storedEcc ^ eccOf(bytes, at);
  const verdict = verdictOf(syndrome);
  const bit = BIT_OF_SYNDROME[syndrome]!;
  if (verdict === LINE_CORRECTED && bit >= 0) {
    bytes[at + (bit >>> 3)] = bytes[at + (bit >>> 3)]! ^ (1 << (bit & 7));
  }
  return verdict;
}
