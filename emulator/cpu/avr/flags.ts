/** The status register of the AVR, and the lazy form in which the hot loop keeps it.
 *  Source: AVR Instruction Set Manual (Atmel-0856), "Status Register (SREG)" and the Boolean formulas of
 *  each instruction. Leaves out: nothing; every SREG value packs and unpacks to itself. */

export const C_BIT = 0x01;
export const Z_BIT = 0x02;
export const N_BIT = 0x04;
export const V_BIT = 0x08;
export const S_BIT = 0x10;
export const H_BIT = 0x20;
export const T_BIT = 0x40;
export const I_BIT = 0x80;
/** I and T: what arithmetic never changes. */
export const IT_BITS = I_BIT | T_BIT;

/* Lazy flags: c is 0 or 1; z is zero where Z is set; bit 7 of n and of v is N and V; bit 4 of h is H.
 * S is N ^ V after every operation that changes either; where software set S by itself, bit 16 of v
 * says that it is the reverse. */

export const carryOf = (sreg: number): number => sreg & C_BIT;
export const zeroOf = (sreg: number): number => ~sreg & Z_BIT;
export const negativeOf = (sreg: number): number => (sreg & N_BIT) << 5;
export const overflowOf = (sreg: number): number =>
  ((sreg & V_BIT) << 4) | ((((sreg >>> 4) ^ (sreg >>> 3) ^ (sreg >>> 2)) & 1) << 16);
export const halfCarryOf = (sreg: number): number => (sreg & H_BIT) >>> 1;

/** Bit 7 is S. */
export const sign = (n: number, v: number): number => n ^ v ^ (v >>> 9);

export const packFlags = (
  it: number,
  c: number,
  z: number,
  n: number,
  v: number,
  h: number,
): number =>
  it |
  c |
  (z === 0 ? Z_BIT : 0) |
  ((n >>> 5) & N_BIT) |
  ((v >>> 4) & V_BIT) |
  ((sign(n, v) >>> 3) & S_BIT) |
  ((h << 1) & H_BIT);
