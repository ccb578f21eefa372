/** Program status bits, conditions and flag arithmetic of the ARM7TDMI.
 *  Source: ARM Architecture Reference Manual (DDI 0100), A2.5 "Program status registers", A3.2 "The
 *  condition field". Leaves out: Q, J, E and A bits, which ARMv4T does not have. */

export const N_BIT = 0x8000_0000 | 0;
export const Z_BIT = 0x4000_0000;
export const C_BIT = 0x2000_0000;
export const V_BIT = 0x1000_0000;
export const I_BIT = 0x80;
export const F_BIT = 0x40;
export const T_BIT = 0x20;
export const MODE_BITS = 0x1f;
const NZCV = 0xf000_0000 | 0;
const KEEP_NOT_NZCV = 0x0fff_ffff;
const KEEP_NOT_NZ = 0x3fff_ffff;

const conditionHolds = (condition: number, nzcv: number): boolean => {
  const n = (nzcv & 8) !== 0;
  const z = (nzcv & 4) !== 0;
  const c = (nzcv & 2) !== 0;
  const v = (nzcv & 1) !== 0;
  const even = [z, c, n, v, c && !z, n === v, !z && n === v, true][condition >>> 1]!;
  // NV (1111) never holds; every other odd condition is the reverse of the one before it.
  return (condition & 1) === 0 ? even : !even;
};

/** Row = condition field, bit = NZCV nibble: does it hold? */
const CONDITIONS = Uint16Array.from({ length: 16 }, (_, condition) => {
  let row = 0;
  for (let nzcv = 0; nzcv < 16; nzcv++) if (conditionHolds(condition, nzcv)) row |= 1 << nzcv;
  return row;
});

/** @param condition 0 (EQ) to 15 (NV). */
export const passes = (condition: number, cpsr: number): boolean =>
  ((CONDITIONS[condition]! >>> (cpsr >>> 28)) & 1) !== 0;

/** CPSR after a logical operation: C comes from the shifter, V stays. */
export const flagsAfterLogic = (cpsr: number, result: number, carry: number): number =>
  (cpsr & (KEEP_NOT_NZ & ~C_BIT)) |
  (result & N_BIT) |
  (result === 0 ? Z_BIT : 0) |
  (carry === 0 ? 0 : C_BIT);

/** CPSR after `a + b + carryIn` with this 32-bit result. Subtraction is addition of the complement. */
export const flagsAfterAdd = (cpsr: number, a: number, b: number, result: number): number => {
  const carry = ((a & b) | ((a | b) & ~result)) < 0 ? C_BIT : 0;
  const overflow = ((a ^ result) & (b ^ result)) < 0 ? V_BIT : 0;
  return (cpsr & KEEP_NOT_NZCV) | (result & N_BIT) | (result === 0 ? Z_BIT : 0) | carry | overflow;
};

/** CPSR after a multiply: C is left as it was (the manual leaves it open), V stays. */
export const flagsAfterMultiply = (cpsr: number, high: number, anyBit: number): number =>
  (cpsr & KEEP_NOT_NZ) | (high & N_BIT) | (anyBit === 0 ? Z_BIT : 0);

/** Lazy flags of the fast loop to NZCV: N and V are sign bits, Z is "is zero", C is 0 or 1. */
export const packFlags = (cpsr: number, n: number, z: number, c: number, v: number): number =>
  (cpsr & ~NZCV) | (n & N_BIT) | (z === 0 ? Z_BIT : 0) | (c << 29) | ((v >>> 31) << 28);
