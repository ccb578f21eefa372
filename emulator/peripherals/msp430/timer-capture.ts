/** Capture side of an MSP430 timer: the inputs of each channel, their edges, and ACLK as one of them.
 *  Source: MSP430x1xx family user's guide, "Capture Mode". Leaves out: the synchronizer. */

import type { ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { Machine } from '../../machine/machine.ts';
import type { RegisterSpace } from './register-space.ts';
import { nextEdge } from './timer-outputs.ts';
import type { TimerRegisters } from './timer-table.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Bits of TxCCTLn. */
const CAP = 0x100;
const COV = 0x02;
/** CCIS: two inputs, then the supply rails. */
const INPUT_B = 1;
const INPUT_VCC = 3;
/** Words: levels of inputs A and of inputs B, and "captured, unread", a bit for each channel. */
const INPUTS_A = 0;
const CAPTURED = 2;

export interface TimerCaptureOptions {
  readonly name: string;
  readonly registers: RegisterSpace;
  readonly clocks: ClockTree;
  readonly regs: TimerRegisters;
  /** An input B of this channel is ACLK. */
  readonly aclkChannel: number;
  readonly aclk: ClockId;
  /** TxCCRn has a count: CCIFGn is due. */
  readonly captured: (channel: number) => void;
}

export class TimerCapture {
  readonly #options: TimerCaptureOptions;
  readonly #s: Int32Array;
  /** [until which tick edges of ACLK have been seen] */
  readonly #seen: Float64Array;

  constructor(machine: Machine, options: TimerCaptureOptions) {
    this.#options = options;
    this.#s = machine.memory.stateWords(`${options.name} inputs`, 3);
    this.#seen = machine.memory.stateDoubles(`${options.name} edges`, 1);
  }

  reset(now: number): void {
    this.#s[CAPTURED] = 0;
    this.#seen[0] = now;
  }
  /** Level at the input that CCIS selects. */
  input(n: number): boolean {
    return this.#level(n, this.#control(n));
  }
  isAt(n: number, input: 'A' | 'B', high: boolean): boolean {
    return ((this.#s[input === 'A' ? INPUTS_A : INPUTS_A + 1]! >>> n) & 1) === (high ? 1 : 0);
  }
  /** The input's level has changed, with the counter at now. */
  toggle(n: number, input: 'A' | 'B'): void {
    const before = this.input(n);
    this.#s[input === 'A' ? INPUTS_A : INPUTS_A + 1]! ^= 1 << n;
    if (this.input(n) !== before) this.#edge(n, !before);
  }
  /** TxCCTLn was written: another input, with another level, is an edge. */
  controlChanged(n: number, previous: number): void {
    const now = this.input(n);
    if (this.#level(n, previous) !== now) this.#edge(n, now);
  }
  /** TxCCRn was read. */
  taken(n: number): void {
    this.#s[CAPTURED]! &= ~(1 << n);
  }

  /** Tick of the next edge of ACLK that is captured; Infinity if none is. */
  nextAclkEdge(): number {
    const { aclkChannel, aclk, clocks } = this.#options;
    const control = this.#control(aclkChannel);
    const edges = control >>> 14;
    const period = clocks.ticks[aclk]!;
    if ((control & CAP) === 0 || edges === 0 || ((control >>> 12) & 3) !== INPUT_B) return NEVER;
    if (period === NEVER) return NEVER;
    return nextEdge(this.#seen[0]!, period, edges);
  }
  aclkEdge(at: number): void {
    this.#seen[0] = at;
    this.#capture(this.#options.aclkChannel);
  }
  aclkSeenUntil(now: number): void {
    this.#seen[0] = now;
  }

  #control(n: number): number {
    return this.#options.registers.value(this.#options.regs.CCTL[n]!);
  }
  #level(n: number, control: number): boolean {
    const select = (control >>> 12) & 3;
    if (select >= 2) return select === INPUT_VCC;
    return ((this.#s[INPUTS_A + select]! >>> n) & 1) === 1;
  }
  /** CM: bit 0 rising, bit 1 falling. */
  #edge(n: number, rose: boolean): void {
    const control = this.#control(n);
    if ((control & CAP) !== 0 && ((control >>> 14) & (rose ? 1 : 2)) !== 0) this.#capture(n);
  }
  #capture(n: number): void {
    const { registers, regs, captured } = this.#options;
    const mask = 1 << n;
    if ((this.#s[CAPTURED]! & mask) !== 0) registers.setBits(regs.CCTL[n]!, COV, true);
    this.#s[CAPTURED]! |= mask;
    registers.set(regs.CCR[n]!, registers.value(regs.R));
    captured(n);
  }
}
