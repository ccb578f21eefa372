/** What an MSP430 USART's registers ask for: mode, frame, and the length of a character in clocks.
 *  Source: MSP430x1xx family user's guide, "UART Baud Rate Generation": bit i of a character lasts UxBR clocks,
 *  and one more where bit i mod 8 of UxMCTL is set. Leaves out: UxBR below 3, which the guide forbids. */

import type { ClockId, ClockTree } from '../../machine/clock-tree.ts';
import { fieldOf } from '../../machine/registers.ts';
import type { ReceiverFormat } from '../shared/uart-line.ts';
import type { RegisterSpace } from './register-space.ts';
import type { UsartRegisters } from './usart-registers.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Codes of uart-line.ts. */
const ODD = 1;
const EVEN = 2;

export interface UsartClocks {
  readonly aclk: ClockId;
  readonly smclk: ClockId;
}

export class UsartSettings {
  readonly #registers: RegisterSpace;
  readonly #regs: UsartRegisters;
  readonly #clocks: ClockTree;
  readonly #sources: UsartClocks;

  constructor(
    registers: RegisterSpace,
    regs: UsartRegisters,
    clocks: ClockTree,
    sources: UsartClocks,
  ) {
    this.#registers = registers;
    this.#regs = regs;
    this.#clocks = clocks;
    this.#sources = sources;
  }

  get control(): number {
    return this.#registers.value(this.#regs.CTL);
  }
  get inReset(): boolean {
    return (this.control & this.#regs.CTL.mask.SWRST) !== 0;
  }
  get isSpi(): boolean {
    return (this.control & this.#regs.CTL.mask.SYNC) !== 0;
  }
  get isMaster(): boolean {
    return (this.control & this.#regs.CTL.mask.MM) !== 0;
  }
  get dataBits(): 7 | 8 {
    return (this.control & this.#regs.CTL.mask.CHAR) !== 0 ? 8 : 7;
  }
  get parity(): number {
    const { PENA, PEV } = this.#regs.CTL.mask;
    if ((this.control & PENA) === 0) return 0;
    return (this.control & PEV) !== 0 ? EVEN : ODD;
  }
  get #frameBits(): number {
    const stopBits = (this.control & this.#regs.CTL.mask.SPB) !== 0 ? 2 : 1;
    return 1 + this.dataBits + (this.parity === 0 ? 0 : 1) + stopBits;
  }
  get #select(): number {
    return fieldOf(this.#registers.value(this.#regs.TCTL), this.#regs.TCTL.mask.SSEL);
  }
  /** The pin UCLK is to bring the clock, and brings none. */
  get clockIsPin(): boolean {
    return this.#select === 0;
  }
  /** Root ticks of BRCLK; Infinity while it stands still. */
  get clockTicks(): number {
    const select = this.#select;
    if (select === 0) return NEVER;
    return this.#clocks.ticks[select === 1 ? this.#sources.aclk : this.#sources.smclk]!;
  }
  /** BRCLKs of a whole character. */
  get characterClocks(): number {
    const registers = this.#registers;
    const { BR0, BR1, MCTL } = this.#regs;
    const rate = registers.value(BR0) | (registers.value(BR1) << 8);
    if (this.isSpi) return this.dataBits * Math.max(2, rate);
    const modulation = registers.value(MCTL);
    let clocks = this.#frameBits * rate;
    for (let i = 0; i < this.#frameBits; i++) clocks += (modulation >>> (i & 7)) & 1;
    return clocks;
  }
  /** For the receiver, a bit of mean length. */
  get format(): ReceiverFormat {
    const bitTicks = (this.characterClocks * this.clockTicks) / this.#frameBits;
    return { bitTicks, dataBits: this.dataBits, parity: this.parity };
  }
  /** A character takes no time without a rate: nothing moves. */
  get runs(): boolean {
    return !this.inReset && this.clockTicks !== NEVER && this.characterClocks > 0;
  }
}
