/** The status register of the MSP430, and what each operation makes of its operands and of C.
 *  Source: SLAU049F, 3.2.3 "Status Register (SR)" and the status bits of each instruction in 3.4.
 *  UNKNOWN: V after DADD, which the manual calls undefined (here it stays), and digits above 9 in it;
 *  a run on a part would show both. */

import { OPERATION } from './instruction-table.ts';

export const C_BIT = 0x0001;
export const Z_BIT = 0x0002;
export const N_BIT = 0x0004;
export const GIE = 0x0008;
export const CPUOFF = 0x0010;
export const OSCOFF = 0x0020;
export const SCG0 = 0x0040;
export const SCG1 = 0x0080;
export const V_BIT = 0x0100;

export const ARITHMETIC_BITS = C_BIT | Z_BIT | N_BIT | V_BIT;
/** What arithmetic never changes; the reserved bits keep what was stored. */
export const OTHER_BITS = 0xffff & ~ARITHMETIC_BITS;
export const LOW_POWER_BITS = CPUOFF | OSCOFF | SCG0 | SCG1;

/* Lazy flags of the hot loop: c is 0 or 1; z is zero where Z is set; bit 15 of n and of v is N and V. */

export const carryOf = (sr: number): number => sr & C_BIT;
export const zeroOf = (sr: number): number => ~sr & Z_BIT;
export const negativeOf = (sr: number): number => (sr & N_BIT) << 13;
export const overflowOf = (sr: number): number => (sr & V_BIT) << 7;

export const packFlags = (other: number, c: number, z: number, n: number, v: number): number =>
  other | c | (z === 0 ? Z_BIT : 0) | ((n >>> 13) & N_BIT) | ((v >>> 7) & V_BIT);

const done = (result: number, sr: number): number => result | (sr << 16);
/** N and Z of the result, with C (0 or 1) and V as given. */
const flagged = (result: number, sign: number, sr: number, c: number, v: boolean): number =>
  done(
    result,
    (sr & OTHER_BITS) |
      (result === 0 ? Z_BIT : 0) |
      ((result & sign) !== 0 ? N_BIT : 0) |
      c |
      (v ? V_BIT : 0),
  );
/** C is the reverse of Z, as after every operation by bits that has flags. */
const logical = (result: number, sign: number, sr: number, v: boolean): number =>
  flagged(result, sign, sr, result === 0 ? 0 : C_BIT, v);

function add(a: number, b: number, carry: number, sign: number, sr: number): number {
  const sum = a + b + carry;
  const result = sum & (2 * sign - 1);
  return flagged(
    result,
    sign,
    sr,
    sum === result ? 0 : C_BIT,
    ((a ^ sum) & (b ^ sum) & sign) !== 0,
  );
}

/** Result in bits 15:0, the new SR in 31:16 (as a signed number). Operands are of the width of the operation. */
export function operate(
  operation: number,
  isByte: boolean,
  source: number,
  destination: number,
  sr: number,
): number {
  const sign = isByte ? 0x80 : 0x8000;
  const mask = 2 * sign - 1;
  const carry = sr & C_BIT;
  switch (operation) {
    case OPERATION.mov:
      return done(source, sr);
    case OPERATION.add:
      return add(source, destination, 0, sign, sr);
    case OPERATION.addc:
      return add(source, destination, carry, sign, sr);
    case OPERATION.subc:
      return add(~source & mask, destination, carry, sign, sr);
    case OPERATION.sub:
    case OPERATION.cmp:
      return add(~source & mask, destination, 1, sign, sr);
    case OPERATION.dadd: {
      const sum = addDecimal(source, destination, carry, isByte ? 2 : 4);
      return flagged(sum & mask, sign, sr, sum > mask ? C_BIT : 0, (sr & V_BIT) !== 0);
    }
    case OPERATION.bit:
    case OPERATION.and:
      return logical(source & destination, sign, sr, false);
    case OPERATION.bic:
      return done(destination & ~source & mask, sr);
    case OPERATION.bis:
      return done(destination | source, sr);
    case OPERATION.xor:
      return logical(source ^ destination, sign, sr, (source & destination & sign) !== 0);
    case OPERATION.rrc: {
      const result = (destination >>> 1) | (carry === 0 ? 0 : sign);
      const isPositive = (destination & sign) === 0;
      return flagged(result, sign, sr, destination & 1, carry !== 0 && isPositive);
    }
    case OPERATION.rra: {
      const result = (destination >>> 1) | (destination & sign);
      return flagged(result, sign, sr, destination & 1, false);
    }
    case OPERATION.swpb:
      return done(((destination & 0xff) << 8) | (destination >>> 8), sr);
    case OPERATION.sxt:
      return logical(((destination << 24) >> 24) & 0xffff, sign, sr, false);
    default:
      throw new RangeError(`operation ${operation} has no arithmetic`);
  }
}

/** Digit by digit; the carry out is the bit above the highest digit. */
function addDecimal(a: number, b: number, carry: number, digits: number): number {
  let result = 0;
  for (let digit = 0; digit < digits; digit++) {
    let sum = ((a >>> (4 * digit)) & 15) + ((b >>> (4 * digit)) & 15) + carry;
    carry = sum >= 10 ? 1 : 0;
    if (carry !== 0) sum -= 10;
    result |= (sum & 15) << (4 * digit);
  }
  return result | (carry << (4 * digits));
}
