/** The register file of the ARM7TDMI: 16 current registers, banks of six modes, CPSR and five SPSRs.
 *  Source: ARM7TDMI Technical Reference Manual (DDI 0210), 2.6 "Registers", 2.7 "Program status
 *  registers". All words lie in the state arena of the machine's memory. Leaves out: 26-bit modes. */

import type { LinearMemory } from '../../machine/memory.ts';
import { MODE_BITS } from './flags.ts';

export const MODE = {
  usr: 0x10,
  fiq: 0x11,
  irq: 0x12,
  svc: 0x13,
  abt: 0x17,
  und: 0x1b,
  sys: 0x1f,
} as const;
export type ModeName = keyof typeof MODE;

/** Word indices in the CPU's state block. 0 to 15 are the current registers; r15 = next instruction. */
export const CPSR = 16;
/** Levels of the interrupt inputs: bit 0 IRQ, bit 1 FIQ. */
export const LINES = 17;
export const FETCH_WAIT = 18;
const FIRST_R13 = 20;
const FIRST_SPSR = 32;
const USER_R8 = 38;
const FIQ_R8 = 43;
const WORDS = 48;

const USER_BANK = 0;
const FIQ_BANK = 1;
/** Bank of each 5-bit mode; illegal modes see the user registers and have no SPSR. */
const BANK_OF_MODE = new Uint8Array(32);
BANK_OF_MODE[MODE.fiq] = FIQ_BANK;
BANK_OF_MODE[MODE.irq] = 2;
BANK_OF_MODE[MODE.svc] = 3;
BANK_OF_MODE[MODE.abt] = 4;
BANK_OF_MODE[MODE.und] = 5;
const LEGAL_MODES: ReadonlySet<number> = new Set(Object.values(MODE));
const BANK_NAMES = ['usr', 'fiq', 'irq', 'svc', 'abt', 'und'] as const;

export class RegisterFile {
  /** r0 to r15, CPSR and everything else of the core; see the word indices above. */
  readonly words: Int32Array;

  constructor(memory: LinearMemory) {
    this.words = memory.stateWords('arm7tdmi', WORDS);
    this.words[CPSR] = MODE.svc;
  }

  get cpsr(): number {
    return this.words[CPSR]!;
  }
  /** Write the whole CPSR and swap banked registers when the mode changes. */
  set cpsr(value: number) {
    const from = BANK_OF_MODE[this.words[CPSR]! & MODE_BITS]!;
    const to = BANK_OF_MODE[value & MODE_BITS]!;
    this.words[CPSR] = value;
    if (from !== to) this.#swapBanks(from, to);
  }
  /** User and system mode have none. */
  get hasSpsr(): boolean {
    return BANK_OF_MODE[this.words[CPSR]! & MODE_BITS] !== USER_BANK;
  }
  get spsr(): number {
    return this.words[FIRST_SPSR + BANK_OF_MODE[this.words[CPSR]! & MODE_BITS]!]!;
  }
  set spsr(value: number) {
    this.words[FIRST_SPSR + BANK_OF_MODE[this.words[CPSR]! & MODE_BITS]!] = value;
  }

  /** Register `index` as user mode sees it, for LDM and STM with the S bit. */
  userRegister(index: number): number {
    return this.words[this.#userWord(index)]!;
  }
  setUserRegister(index: number, value: number): void {
    this.words[this.#userWord(index)] = value;
  }

  /** Word index of a name such as `r3`, `sp`, `pc`, `cpsr`, `spsr_irq`, `r13_svc`; -1 = no such name. */
  wordOf(name: string): number {
    const plain = ALIASES[name] ?? name;
    if (plain === 'cpsr') return CPSR;
    if (plain === 'spsr') return FIRST_SPSR + BANK_OF_MODE[this.cpsr & MODE_BITS]!;
    const match = /^(r(\d+)|spsr)(?:_(\w+))?$/.exec(plain);
    if (match === null) return -1;
    const index = match[2] === undefined ? -1 : Number(match[2]);
    if (match[3] === undefined) return index >= 0 && index < 16 ? index : -1;
    const bank = (BANK_NAMES as readonly string[]).indexOf(match[3]);
    if (bank < 0) return -1;
    if (index < 0) return bank === USER_BANK ? -1 : FIRST_SPSR + bank;
    const current = BANK_OF_MODE[this.cpsr & MODE_BITS]!;
    if (index === 13 || index === 14) {
      return bank === current ? index : FIRST_R13 + bank * 2 + index - 13;
    }
    if (index < 8 || index > 12 || bank > FIQ_BANK) return -1;
    if ((bank === FIQ_BANK) === (current === FIQ_BANK)) return index;
    return (bank === FIQ_BANK ? FIQ_R8 : USER_R8) + index - 8;
  }

  #userWord(index: number): number {
    const bank = BANK_OF_MODE[this.words[CPSR]! & MODE_BITS]!;
    if (bank === USER_BANK || index < 8 || index === 15) return index;
    if (index >= 13) return FIRST_R13 + index - 13;
    return bank === FIQ_BANK ? USER_R8 + index - 8 : index;
  }

  #swapBanks(from: number, to: number): void {
    const w = this.words;
    w[FIRST_R13 + from * 2] = w[13]!;
    w[FIRST_R13 + from * 2 + 1] = w[14]!;
    w[13] = w[FIRST_R13 + to * 2]!;
    w[14] = w[FIRST_R13 + to * 2 + 1]!;
    if (from !== FIQ_BANK && to !== FIQ_BANK) return;
    const save = from === FIQ_BANK ? FIQ_R8 : USER_R8;
    const load = from === FIQ_BANK ? USER_R8 : FIQ_R8;
    for (let i = 0; i < 5; i++) {
      w[save + i] = w[8 + i]!;
      w[8 + i] = w[load + i]!;
    }
  }
}

export const isLegalMode = (mode: number): boolean => LEGAL_MODES.has(mode & MODE_BITS);

const ALIASES: Record<string, string> = { sp: 'r13', lr: 'r14', pc: 'r15' };

/** Every register there is: current ones first, then every bank by its own name. */
export const REGISTER_NAMES: readonly string[] = [
  ...Array.from({ length: 15 }, (_, i) => `r${i}`),
  'pc',
  'cpsr',
  ...Array.from({ length: 7 }, (_, i) => `r${i + 8}_usr`),
  ...Array.from({ length: 7 }, (_, i) => `r${i + 8}_fiq`),
  'spsr_fiq',
  ...['irq', 'svc', 'abt', 'und'].flatMap((mode) => [`r13_${mode}`, `r14_${mode}`, `spsr_${mode}`]),
];
