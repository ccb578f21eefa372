/** What executing one instruction needs: registers, bus, and where the instruction stands.
 *  Source: ARM7TDMI Technical Reference Manual (DDI 0210), chapters 2 and 3.
 *  Leaves out: the debug registers (EmbeddedICE) and coprocessor 14 behind them. */

import type { Bus } from '../../machine/bus.ts';
import type { EventKind } from '../../machine/events.ts';
import { T_BIT } from './flags.ts';
import { CPSR, RegisterFile } from './registers.ts';

const hex = (value: number, digits: number): string =>
  `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;

export class Core {
  readonly bus: Bus;
  readonly file: RegisterFile;
  /** Current registers; while an instruction executes, r15 reads as its address + 8 (Thumb + 4). */
  readonly r: Int32Array;
  /** Address of the instruction in execution, and of the one after it unless it branches. */
  address = 0;
  next = 0;
  opcode = 0;

  constructor(bus: Bus) {
    this.bus = bus;
    this.file = new RegisterFile(bus.memory);
    this.r = this.file.words;
  }

  get thumb(): boolean {
    return (this.r[CPSR]! & T_BIT) !== 0;
  }
  /** A write to r15 in the current state: the low bits are dropped, the state stays. */
  branch(target: number): void {
    this.next = target & (this.thumb ? ~1 : ~3);
  }
  /** BX: bit 0 chooses the state. */
  branchExchange(target: number): void {
    if ((target & 3) === 2) this.unpredictable('BX to a halfword address in ARM state');
    if ((target & 1) !== 0) this.file.cpsr |= T_BIT;
    else this.file.cpsr &= ~T_BIT;
    this.branch(target);
  }
  setRegister(index: number, value: number): void {
    if (index === 15) this.branch(value);
    else this.r[index] = value;
  }

  raise(kind: EventKind, detail: string): void {
    this.bus.events.raise({
      kind,
      at: this.bus.scheduler.now,
      pc: this.address >>> 0,
      where: hex(this.address, 8),
      detail,
    });
  }
  unpredictable(reason: string): void {
    const digits = this.thumb ? 4 : 8;
    this.raise('unpredictable-instruction', `${hex(this.opcode, digits)}: ${reason}`);
  }
  unaligned(address: number, what: string): void {
    this.raise('unaligned-access', `${what} at ${hex(address, 8)}`);
  }
}
