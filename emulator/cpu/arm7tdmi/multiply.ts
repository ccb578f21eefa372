/** The multiplier: 64-bit products and early termination.
 *  Source: ARM7TDMI Technical Reference Manual (DDI 0210), 6.7 "Multiply and multiply accumulate",
 *  6.8 "Multiply long". Leaves out: the C flag, which ARMv4 leaves without meaning. */

/** Result of the last multiplyLong. A constant object: no allocation for an instruction. */
export const multiply = { low: 0, high: 0 };

/** High word of the unsigned 64-bit product. */
export const highUnsigned = (a: number, b: number): number => {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  // Each partial sum fits 32 unsigned bits: 0xffff * 0xffff + 0xffff < 2^32.
  const middle = Math.imul(ah, bl) + (Math.imul(al, bl) >>> 16);
  const low = Math.imul(al, bh) + (middle & 0xffff);
  return (Math.imul(ah, bh) + (middle >>> 16) + (low >>> 16)) | 0;
};

export const highSigned = (a: number, b: number): number =>
  (highUnsigned(a, b) - (a < 0 ? b : 0) - (b < 0 ? a : 0)) | 0;

/** `a * b + (addHigh, addLow)` into `multiply`. */
export function multiplyLong(
  a: number,
  b: number,
  signed: boolean,
  addLow: number,
  addHigh: number,
): void {
  const productLow = Math.imul(a, b);
  const low = (productLow + addLow) | 0;
  const carry = low >>> 0 < productLow >>> 0 ? 1 : 0;
  multiply.low = low;
  multiply.high = ((signed ? highSigned(a, b) : highUnsigned(a, b)) + addHigh + carry) | 0;
}

/** m: cycles of the multiplier array, by the leading bytes of Rs that are all zero (or all one). */
export const multiplyCycles = (by: number, signed: boolean): number => {
  const size = signed && by < 0 ? ~by : by;
  if ((size & 0xffff_ff00) === 0) return 1;
  if ((size & 0xffff_0000) === 0) return 2;
  return (size & 0xff00_0000) === 0 ? 3 : 4;
};
