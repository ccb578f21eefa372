/** Which encodings the manual leaves open. Source: ARM Architecture Reference Manual (DDI 0100), A4
 *  "Notes" of each instruction, and A5 for the addressing modes. Leaves out: what depends on register
 *  values or on the mode; interpret.ts raises those where it meets them. */

import { type ArmClass, armClass, thumbClass } from './instruction-table.ts';

const PC = 15;
const SBZ = 'should-be-zero or should-be-one bits differ';
const PC_USED = 'r15 is not allowed here';

const field = (opcode: number, at: number): number => (opcode >>> at) & 15;
const bit = (opcode: number, at: number): boolean => ((opcode >>> at) & 1) !== 0;

/** @returns why the manual leaves this ARM encoding open, or null where it defines it. */
export function armUnpredictable(opcode: number): string | null {
  const row = armClass(opcode);
  if (opcode >>> 28 === PC && row !== 'undefined') return 'the condition NV is reserved';
  const d = field(opcode, 12);
  const n = field(opcode, 16);
  const m = field(opcode, 0);
  switch (row) {
    case 'bx':
      return (opcode & 0xfff00) === 0xfff00 ? null : SBZ;
    case 'mul': {
      if (n === PC || m === PC || field(opcode, 8) === PC) return PC_USED;
      if (n === m) return 'Rd and Rm are the same register';
      if (bit(opcode, 21)) return d === PC ? PC_USED : null;
      return d === 0 ? null : SBZ;
    }
    case 'mull':
      if (n === PC || d === PC || m === PC || field(opcode, 8) === PC) return PC_USED;
      return n === d || n === m || d === m ? 'RdHi, RdLo and Rm are not three registers' : null;
    case 'swp':
      if (field(opcode, 8) !== 0) return SBZ;
      if (n === PC || d === PC || m === PC) return PC_USED;
      return n === m || n === d ? 'the base is also the source or destination' : null;
    case 'mrs':
      if ((opcode & 0xf0fff) !== 0xf0000) return SBZ;
      return d === PC ? PC_USED : null;
    case 'msr-reg':
      if ((opcode & 0xfff0) !== 0xf000) return SBZ;
      return m === PC ? PC_USED : null;
    case 'msr-imm':
      return d === PC ? null : SBZ;
    case 'data-reg':
    case 'data-rsr':
    case 'data-imm':
      return dataUnpredictable(opcode, row);
    case 'ldm':
    case 'stm':
      return blockUnpredictable(opcode, row === 'ldm');
    default:
      return TRANSFERS.has(row) ? transferUnpredictable(opcode, row) : null;
  }
}

function dataUnpredictable(opcode: number, row: ArmClass): string | null {
  const operation = field(opcode, 21);
  const d = field(opcode, 12);
  const n = field(opcode, 16);
  const isCompare = operation >= 8 && operation <= 11;
  const isMove = operation === 13 || operation === 15;
  if (isMove && n !== 0) return SBZ;
  if (isCompare && d !== 0) return SBZ;
  if (row !== 'data-rsr') return null;
  return d === PC || n === PC || field(opcode, 0) === PC || field(opcode, 8) === PC
    ? PC_USED
    : null;
}

function blockUnpredictable(opcode: number, load: boolean): string | null {
  const n = field(opcode, 16);
  const list = opcode & 0xffff;
  const writeBack = bit(opcode, 21);
  if (list === 0) return 'the register list is empty';
  if (n === PC) return PC_USED;
  const userBank = bit(opcode, 22) && !(load && bit(list, PC));
  if (userBank && writeBack) return 'write-back with the user bank';
  if (!writeBack || !bit(list, n)) return null;
  if (load) return 'write-back with the base in the list';
  return (list & ((1 << n) - 1)) === 0 ? null : 'the base is stored after it was changed';
}

const TRANSFERS: ReadonlySet<ArmClass> = new Set<ArmClass>([
  'ldr-imm',
  'ldr-reg',
  'str-imm',
  'str-reg',
  'ldrh-imm',
  'ldrh-reg',
  'strh-imm',
  'strh-reg',
  'ldrs-imm',
  'ldrs-reg',
]);

function transferUnpredictable(opcode: number, row: ArmClass): string | null {
  const d = field(opcode, 12);
  const n = field(opcode, 16);
  const m = field(opcode, 0);
  const preIndexed = bit(opcode, 24);
  const isWordOrByte = row.startsWith('ldr-') || row.startsWith('str-');
  if (!preIndexed && bit(opcode, 21) && !isWordOrByte) return 'post-indexed with W set';
  const writeBack = !preIndexed || bit(opcode, 21);
  const byRegister = row.endsWith('-reg');
  if (byRegister && m === PC) return PC_USED;
  if (byRegister && !isWordOrByte && field(opcode, 8) !== 0) return SBZ;
  if (d === PC && (!isWordOrByte || bit(opcode, 22))) return PC_USED;
  // LDRT and STRT with the pc.
  if (d === PC && !preIndexed && bit(opcode, 21)) return PC_USED;
  if (!writeBack) return null;
  if (n === PC) return PC_USED;
  if (n === d) return 'write-back to the register that is transferred';
  return byRegister && n === m ? 'write-back with the base as index' : null;
}

/** The same for a Thumb encoding. Source: DDI 0100, A7. */
export function thumbUnpredictable(opcode: number): string | null {
  switch (thumbClass(opcode)) {
    case 'hi-reg': {
      if ((opcode & 0xc0) === 0) return 'both registers are low';
      const isCompare = (opcode & 0x300) === 0x100;
      return isCompare && (opcode & 0x87) === 0x87 ? PC_USED : null;
    }
    case 'bx':
      return (opcode & 0x87) === 0 ? null : SBZ;
    case 'push-pop':
      return (opcode & 0x1ff) === 0 ? 'the register list is empty' : null;
    case 'ldm-stm': {
      const n = (opcode >>> 8) & 7;
      if ((opcode & 0xff) === 0) return 'the register list is empty';
      const load = (opcode & 0x800) !== 0;
      const baseNotFirst = (opcode & ((1 << n) - 1)) !== 0;
      const baseStoredLate = !load && ((opcode >>> n) & 1) !== 0 && baseNotFirst;
      return baseStoredLate ? 'the base is stored after it was changed' : null;
    }
    default:
      return null;
  }
}
