/** Opcodes as text, by the classes of instruction-table.ts, in the unified syntax that GNU tools print.
 *  Source: ARM7TDMI Technical Reference Manual (DDI 0210), 1.4; ARM Architecture Reference Manual
 *  (DDI 0100), A4 and A7. Leaves out: symbols; targets and literals are absolute addresses. */

import { armClass, thumbClass } from './instruction-table.ts';

// biome-ignore format: in the order of their numbers
const REGISTERS = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'sl', 'fp', 'ip',
  'sp', 'lr', 'pc'] as const;
// biome-ignore format: in the order of their numbers
const CONDITIONS = ['eq', 'ne', 'cs', 'cc', 'mi', 'pl', 'vs', 'vc', 'hi', 'ls', 'ge', 'lt', 'gt',
  'le', '', 'nv'] as const;
// biome-ignore format: in the order of their numbers
const OPERATIONS = ['and', 'eor', 'sub', 'rsb', 'add', 'adc', 'sbc', 'rsc', 'tst', 'teq', 'cmp', 'cmn',
  'orr', 'mov', 'bic', 'mvn'] as const;
const SHIFTS = ['lsl', 'lsr', 'asr', 'ror'] as const;
const PC = 15;
const SP = 13;

const name = (index: number): string => REGISTERS[index & 15]!;
const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;
const bit = (opcode: number, at: number): boolean => ((opcode >>> at) & 1) !== 0;
const sign = (negative: boolean): string => (negative ? '-' : '');
const text = (mnemonic: string, ...operands: string[]): string =>
  `${mnemonic} ${operands.join(', ')}`;

/** One instruction; `address` is where it lies. */
export const disassemble = (opcode: number, address: number, thumb: boolean): string =>
  thumb ? disassembleThumb(opcode & 0xffff, address) : disassembleArm(opcode, address);

function disassembleArm(opcode: number, address: number): string {
  const condition = CONDITIONS[opcode >>> 28]!;
  const d = name(opcode >>> 12);
  const n = name(opcode >>> 16);
  const m = name(opcode);
  const s = name(opcode >>> 8);
  const flags = bit(opcode, 20) ? 's' : '';
  const psr = bit(opcode, 22) ? 'SPSR' : 'CPSR';
  switch (armClass(opcode)) {
    case 'bx':
      return text(`bx${condition}`, m);
    case 'mul':
      return bit(opcode, 21)
        ? text(`mla${flags}${condition}`, n, m, s, d)
        : text(`mul${flags}${condition}`, n, m, s);
    case 'mull': {
      const kind = `${bit(opcode, 22) ? 's' : 'u'}${bit(opcode, 21) ? 'mlal' : 'mull'}`;
      return text(`${kind}${flags}${condition}`, d, n, m, s);
    }
    case 'swp':
      return text(`swp${bit(opcode, 22) ? 'b' : ''}${condition}`, d, m, `[${n}]`);
    case 'mrs':
      return text(`mrs${condition}`, d, psr);
    case 'msr-reg':
      return text(`msr${condition}`, `${psr}_${psrFields(opcode)}`, m);
    case 'msr-imm':
      return text(`msr${condition}`, `${psr}_${psrFields(opcode)}`, immediate(opcode));
    case 'data-imm':
      return dataProcessing(opcode, condition, immediate(opcode));
    case 'data-reg':
    case 'data-rsr':
      return dataByRegister(opcode, condition);
    case 'ldr-imm':
    case 'ldr-reg':
    case 'str-imm':
    case 'str-reg':
      return wordOrByte(opcode, condition, address);
    case 'ldrh-imm':
    case 'ldrh-reg':
    case 'strh-imm':
    case 'strh-reg':
    case 'ldrs-imm':
    case 'ldrs-reg':
      return extraTransfer(opcode, condition);
    case 'ldm':
    case 'stm':
      return blockTransfer(opcode, condition);
    case 'b':
    case 'bl': {
      const link = bit(opcode, 24) ? 'l' : '';
      return text(`b${link}${condition}`, hex(address + 8 + ((opcode << 8) >> 6)));
    }
    case 'swi':
      return text(`svc${condition}`, `0x${(opcode & 0xff_ffff).toString(16).padStart(8, '0')}`);
    case 'ldc-stc':
    case 'cdp':
    case 'mrc-mcr':
      return coprocessor(opcode, condition);
    default:
      return `undefined ${hex(opcode)}`;
  }
}

const psrFields = (opcode: number): string =>
  ['f', 's', 'x', 'c'].filter((_, i) => bit(opcode, 19 - i)).join('');

function immediate(opcode: number): string {
  const rotate = (opcode >>> 7) & 30;
  const value = opcode & 255;
  const turned = rotate === 0 ? value : (value >>> rotate) | (value << (32 - rotate));
  // A value with a shorter encoding is written as the two fields, so that it assembles to itself.
  return isShortest(turned, rotate) ? `#${turned}` : `#${value}, ${rotate}`;
}
function isShortest(value: number, rotate: number): boolean {
  for (let turn = 0; turn < rotate; turn += 2) {
    const field = turn === 0 ? value : (value << turn) | (value >>> (32 - turn));
    if (field >>> 0 < 256) return false;
  }
  return true;
}

function shifted(opcode: number): string {
  const m = name(opcode);
  const type = (opcode >>> 5) & 3;
  if (bit(opcode, 4)) return `${m}, ${SHIFTS[type]} ${name(opcode >>> 8)}`;
  const amount = (opcode >>> 7) & 31;
  if (amount === 0 && type === 0) return m;
  if (amount === 0 && type === 3) return `${m}, rrx`;
  return `${m}, ${SHIFTS[type]} #${amount === 0 ? 32 : amount}`;
}

function dataProcessing(opcode: number, condition: string, operand: string): string {
  const operation = (opcode >>> 21) & 15;
  const mnemonic = OPERATIONS[operation]!;
  const d = name(opcode >>> 12);
  const n = name(opcode >>> 16);
  if (operation >= 8 && operation <= 11) {
    // With r15 as destination these write the PSR back: TSTP and so on.
    const p = ((opcode >>> 12) & 15) === PC ? 'p' : '';
    return text(`${mnemonic}${p}${condition}`, n, operand);
  }
  const flags = bit(opcode, 20) ? 's' : '';
  const isMove = operation === 13 || operation === 15;
  return isMove
    ? text(`${mnemonic}${flags}${condition}`, d, operand)
    : text(`${mnemonic}${flags}${condition}`, d, n, operand);
}

/** A move of a shifted register has the shift as its name. */
function dataByRegister(opcode: number, condition: string): string {
  const isMove = ((opcode >>> 21) & 15) === 13;
  if (!isMove || (opcode & 0xff0) === 0) return dataProcessing(opcode, condition, shifted(opcode));
  const [m, shift] = shifted(opcode).split(', ') as [string, string];
  const [kind, by] = shift.split(' ') as [string, string | undefined];
  const mnemonic = `${kind}${bit(opcode, 20) ? 's' : ''}${condition}`;
  return by === undefined
    ? text(mnemonic, name(opcode >>> 12), m)
    : text(mnemonic, name(opcode >>> 12), m, by);
}

/** [Rn, offset], [Rn, offset]! or [Rn], offset. An empty offset is left out where it is +0. */
function place(opcode: number, offset: string): string {
  const n = name(opcode >>> 16);
  if (!bit(opcode, 24)) return offset === '' ? `[${n}], #0` : `[${n}], ${offset}`;
  const inside = offset === '' ? `[${n}]` : `[${n}, ${offset}]`;
  if (!bit(opcode, 21)) return inside;
  return offset === '' ? `[${n}, #0]!` : `${inside}!`;
}
/** Minus zero is not plus zero in this encoding. */
function immediateOffset(opcode: number, amount: number): string {
  const down = !bit(opcode, 23);
  return amount === 0 && !down ? '' : `#${sign(down)}${amount}`;
}

function wordOrByte(opcode: number, condition: string, address: number): string {
  const load = bit(opcode, 20) ? 'ldr' : 'str';
  const translated = !bit(opcode, 24) && bit(opcode, 21) ? 't' : '';
  const mnemonic = `${load}${bit(opcode, 22) ? 'b' : ''}${translated}${condition}`;
  const d = name(opcode >>> 12);
  const n = (opcode >>> 16) & 15;
  if (bit(opcode, 25)) {
    const index = `${sign(!bit(opcode, 23))}${shifted(opcode & ~0x10)}`;
    return text(mnemonic, d, place(opcode, index));
  }
  const amount = opcode & 0xfff;
  const isPush = (opcode & 0x0fff_0fff) === 0x052d_0004;
  const isPop = (opcode & 0x0fff_0fff) === 0x049d_0004;
  if (isPush) return text(`push${condition}`, `{${d}}`);
  if (isPop) return text(`pop${condition}`, `{${d}}`);
  if (n === PC && bit(opcode, 24) && !bit(opcode, 21)) {
    const target = address + 8 + (bit(opcode, 23) ? amount : -amount);
    return `${text(mnemonic, d, place(opcode, immediateOffset(opcode, amount)))} ; ${hex(target)}`;
  }
  return text(mnemonic, d, place(opcode, immediateOffset(opcode, amount)));
}

function extraTransfer(opcode: number, condition: string): string {
  const load = bit(opcode, 20) ? 'ldr' : 'str';
  const kind = ['', 'h', 'sb', 'sh'][(opcode >>> 5) & 3]!;
  const amount = ((opcode >>> 4) & 0xf0) | (opcode & 15);
  const offset = bit(opcode, 22)
    ? immediateOffset(opcode, amount)
    : `${sign(!bit(opcode, 23))}${name(opcode)}`;
  return text(`${load}${kind}${condition}`, name(opcode >>> 12), place(opcode, offset));
}

const registerList = (list: number): string =>
  `{${REGISTERS.filter((_, index) => bit(list, index)).join(', ')}}`;

function blockTransfer(opcode: number, condition: string): string {
  const load = bit(opcode, 20);
  const list = registerList(opcode & 0xffff);
  const count = list.split(',').length;
  const n = (opcode >>> 16) & 15;
  const writeBack = bit(opcode, 21);
  const user = bit(opcode, 22) ? '^' : '';
  const mode = ['da', 'ia', 'db', 'ib'][(opcode >>> 23) & 3]!;
  const onStack = n === SP && writeBack && user === '' && count > 1;
  if (onStack && load && mode === 'ia') return text(`pop${condition}`, list);
  if (onStack && !load && mode === 'db') return text(`push${condition}`, list);
  const mnemonic = `${load ? 'ldm' : 'stm'}${mode}${condition}`;
  return text(mnemonic, `${name(n)}${writeBack ? '!' : ''}`, `${list}${user}`);
}
function coprocessor(opcode: number, condition: string): string {
  const p = `${(opcode >>> 8) & 15}`;
  const c = (at: number): string => `cr${(opcode >>> at) & 15}`;
  const info = (opcode >>> 5) & 7;
  switch (armClass(opcode)) {
    case 'cdp':
      return text(`cdp${condition}`, p, `${(opcode >>> 20) & 15}`, c(12), c(16), c(0), `{${info}}`);
    case 'mrc-mcr': {
      const mnemonic = `${bit(opcode, 20) ? 'mrc' : 'mcr'}${condition}`;
      const operation = `${(opcode >>> 21) & 7}`;
      const d = name(opcode >>> 12);
      // r15 as the destination of MRC stands for the flags.
      const to = d === 'pc' && bit(opcode, 20) ? 'APSR_nzcv' : d;
      return text(mnemonic, p, operation, to, c(16), c(0), `{${info}}`);
    }
    default: {
      const mnemonic = `${bit(opcode, 20) ? 'ldc' : 'stc'}${bit(opcode, 22) ? 'l' : ''}${condition}`;
      // Neither pre- nor post-indexed: the offset field is an option for the coprocessor.
      const unindexed = !bit(opcode, 24) && !bit(opcode, 21) && bit(opcode, 23);
      if (unindexed)
        return text(mnemonic, p, c(12), `[${name(opcode >>> 16)}]`, `{${opcode & 255}}`);
      return text(mnemonic, p, c(12), place(opcode, immediateOffset(opcode, (opcode & 255) * 4)));
    }
  }
}

// biome-ignore format: in the order of their numbers
const THUMB_ALU = ['ands', 'eors', 'lsls', 'lsrs', 'asrs', 'adcs', 'sbcs', 'rors', 'tst', 'negs', 'cmp',
  'cmn', 'orrs', 'muls', 'bics', 'mvns'] as const;
const THUMB_BY_REGISTER = ['str', 'strh', 'strb', 'ldrsb', 'ldr', 'ldrh', 'ldrb', 'ldrsh'] as const;

function disassembleThumb(opcode: number, address: number): string {
  const d = name(opcode & 7);
  const n = name((opcode >>> 3) & 7);
  const m = name((opcode >>> 6) & 7);
  const high = name((opcode >>> 8) & 7);
  const imm8 = opcode & 255;
  const imm5 = (opcode >>> 6) & 31;
  const load = bit(opcode, 11) ? 'ldr' : 'str';
  const offset = (amount: number): string => `[${n}, #${amount}]`;
  switch (thumbClass(opcode)) {
    case 'add-sub':
      return thumbAddSub(opcode, d, n, m);
    case 'shift-imm': {
      const type = (opcode >>> 11) & 3;
      if (type === 0 && imm5 === 0) return text('movs', d, n);
      return text(`${SHIFTS[type]}s`, d, n, `#${imm5 === 0 ? 32 : imm5}`);
    }
    case 'immediate':
      return text(['movs', 'cmp', 'adds', 'subs'][(opcode >>> 11) & 3]!, high, `#${imm8}`);
    case 'alu': {
      const operation = (opcode >>> 6) & 15;
      if (operation === 9) return text('negs', d, n);
      return operation === 13 ? text('muls', d, n) : text(THUMB_ALU[operation]!, d, n);
    }
    case 'bx':
      return text('bx', name(opcode >>> 3));
    case 'hi-reg': {
      const to = name((opcode & 7) | ((opcode >>> 4) & 8));
      return text(['add', 'cmp', 'mov'][(opcode >>> 8) & 3]!, to, name(opcode >>> 3));
    }
    case 'ldr-pc': {
      const from = ((address + 4) & ~3) + imm8 * 4;
      return `${text('ldr', high, `[pc, #${imm8 * 4}]`)} ; ${hex(from)}`;
    }
    case 'ldst-reg':
      return text(THUMB_BY_REGISTER[(opcode >>> 9) & 7]!, d, `[${n}, ${m}]`);
    case 'ldst-imm':
      return bit(opcode, 12) ? text(`${load}b`, d, offset(imm5)) : text(load, d, offset(imm5 * 4));
    case 'ldsth-imm':
      return text(`${load}h`, d, offset(imm5 * 2));
    case 'ldst-sp':
      return text(load, high, `[sp, #${imm8 * 4}]`);
    case 'add-pc-sp':
      return text('add', high, bit(opcode, 11) ? 'sp' : 'pc', `#${imm8 * 4}`);
    case 'adjust-sp':
      return text(bit(opcode, 7) ? 'sub' : 'add', 'sp', `#${(opcode & 0x7f) * 4}`);
    case 'push-pop': {
      const pop = bit(opcode, 11);
      const extra = bit(opcode, 8) ? 1 << (pop ? PC : 14) : 0;
      return text(pop ? 'pop' : 'push', registerList(imm8 | extra));
    }
    case 'ldm-stm': {
      // Without write-back where the base is loaded.
      const isLoad = bit(opcode, 11);
      const writeBack = !isLoad || !bit(imm8, (opcode >>> 8) & 7);
      return text(
        `${isLoad ? 'ldm' : 'stm'}ia`,
        `${high}${writeBack ? '!' : ''}`,
        registerList(imm8),
      );
    }
    case 'swi':
      return text('svc', `${imm8}`);
    case 'b-cond':
      return text(`b${CONDITIONS[(opcode >>> 8) & 15]}`, hex(address + 4 + ((opcode << 24) >> 23)));
    case 'b':
      return text('b', hex(address + 4 + ((opcode << 21) >> 20)));
    case 'bl-prefix':
      return text('bl-prefix', hex(address + 4 + ((opcode << 21) >> 9)));
    case 'bl-suffix':
      return text('bl-suffix', `lr + ${hex((opcode & 0x7ff) * 2)}`);
    default:
      return `undefined ${hex(opcode)}`;
  }
}

function thumbAddSub(opcode: number, d: string, n: string, m: string): string {
  const mnemonic = bit(opcode, 9) ? 'subs' : 'adds';
  const amount = (opcode >>> 6) & 7;
  return text(mnemonic, d, n, bit(opcode, 10) ? `#${amount}` : m);
}
