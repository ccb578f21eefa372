/** In-application programming of the LPC2478: commands 50 to 57 behind the ROM entry 7FFFFFF1.
 *  Source: UM10237 "Flash memory programming firmware", section "IAP commands"; stack use from UM10139.
 *  Leaves out: the instructions of the ROM; a call is one trap that waits until its result is due. */

import type { TrapResult } from '../machine/bus.ts';
import type { Machine } from '../machine/machine.ts';
import type { EventSlot } from '../machine/scheduler.ts';
import { type CommandResult, type FlashCommands, STATUS } from './lpc2000-commands.ts';

/** Address of the trap; callers branch to it with bit 0 set, because the ROM code is Thumb. */
export const IAP_ENTRY = 0x7ffffff0;

const PREPARE = 50;
const COPY_RAM_TO_FLASH = 51;
const ERASE = 52;
const BLANK_CHECK = 53;
const READ_PART_ID = 54;
const READ_BOOT_VERSION = 55;
const COMPARE = 56;
const REINVOKE_ISP = 57;

/** Below the caller's stack pointer. */
const STACK_BYTES = 128;
/** The CCLK parameter has to fit the real clock this well; beyond, the ROM would mistime the operation. */
const CCLK_TOLERANCE = 0.01;
const THUMB = 0x20;

/** Words of the state block: a call in progress, known by the registers it was made with. */
const ACTIVE = 0;
const R0 = 1;
const R1 = 2;
const LR = 3;
const SP = 4;
const CODE = 5;
const RESULT_STATUS = 6;
const RESULT_0 = 7;
const RESULT_1 = 8;
const WORDS = 10;

export class Lpc2000Iap {
  readonly commands: FlashCommands;
  /** Command 57. Set by the boot model; the call does not return. */
  onReinvokeIsp: (() => void) | null = null;
  readonly #machine: Machine;
  readonly #call: Int32Array;
  readonly #doneAt: Float64Array;
  readonly #slot: EventSlot;

  constructor(machine: Machine, commands: FlashCommands) {
    this.#machine = machine;
    this.commands = commands;
    this.#call = machine.memory.stateWords('iap call', WORDS);
    this.#doneAt = machine.memory.stateDoubles('iap done at', 1);
    // The slot only ends the CPU's wait; the trap itself looks at the time.
    this.#slot = machine.scheduler.register('iap result', () => {});
    machine.bus.trap(IAP_ENTRY, () => this.#enter());
  }

  get active(): boolean {
    return this.#call[ACTIVE] === 1;
  }
  reset(): void {
    this.#call.fill(0);
    this.#doneAt.fill(0);
    this.#machine.scheduler.cancel(this.#slot);
    this.commands.reset();
  }

  #enter(): TrapResult {
    const { cpu } = this.#machine;
    if ((cpu.getRegister('cpsr') & THUMB) === 0) {
      // Thumb code executed as ARM code: rubbish. The model stays here until a reset.
      this.#misuse('entered in ARM state, bit 0 of the address was clear');
      return 'wait';
    }
    if (this.active && this.#isSameCall()) return this.#goOn();
    if (this.active && this.#machine.now < this.#doneAt[0]!) return this.#nested();
    return this.#begin();
  }

  #begin(): TrapResult {
    const { cpu, scheduler, rootHz } = this.#machine;
    const table = cpu.getRegister('r0') >>> 0;
    const result = cpu.getRegister('r1') >>> 0;
    if (table % 4 !== 0 || !this.commands.isReadable(table, 4)) {
      this.#misuse(`command table at 0x${table.toString(16)}`);
      return this.#leave();
    }
    const code = this.#parameter(table, 0);
    if (code === REINVOKE_ISP && this.onReinvokeIsp !== null) {
      this.onReinvokeIsp();
      return 'return';
    }
    const outcome = this.#execute(code, table);
    this.commands.scribble(cpu.getRegister('sp') - STACK_BYTES, STACK_BYTES);
    const { flash, cclkKhz } = this.commands.options;
    const ticks = Math.ceil((outcome.cycles * rootHz) / (cclkKhz() * 1000));
    const started = outcome.status === STATUS.CMD_SUCCESS ? flash.operation : null;
    this.#doneAt[0] = started === null ? scheduler.now + ticks : started.endTick;
    this.#call[ACTIVE] = 1;
    this.#call[R0] = table;
    this.#call[R1] = result;
    this.#call[LR] = cpu.getRegister('lr');
    this.#call[SP] = cpu.getRegister('sp');
    this.#call[CODE] = code;
    this.#call[RESULT_STATUS] = outcome.status;
    this.#call[RESULT_0] = outcome.r0;
    this.#call[RESULT_1] = outcome.r1;
    scheduler.schedule(this.#slot, this.#doneAt[0]!);
    return 'wait';
  }

  #goOn(): TrapResult {
    if (this.#machine.now < this.#doneAt[0]!) return 'wait';
    const code = this.#call[CODE]!;
    if (code === COPY_RAM_TO_FLASH || code === ERASE) this.commands.scribbleTopOfRam();
    this.#writeResult(
      this.#call[R1]! >>> 0,
      code,
      this.#call[RESULT_STATUS]!,
      this.#call[RESULT_0]!,
      this.#call[RESULT_1]!,
    );
    this.#call.fill(0);
    return this.#leave();
  }

  /** A handler called IAP while an interrupted call still waits for its result. (A call that was left
   *  for good, by a task switch that never came back, no longer counts once its time is over.) */
  #nested(): TrapResult {
    const { cpu } = this.#machine;
    this.#misuse('called while another call is in progress');
    this.#writeResult(cpu.getRegister('r1') >>> 0, 0, STATUS.BUSY, 0, 0);
    return this.#leave();
  }

  #execute(code: number, table: number): CommandResult {
    const { commands } = this;
    const p = (index: number) => this.#parameter(table, index);
    switch (code) {
      case PREPARE:
        return commands.prepare(p(1), p(2));
      case COPY_RAM_TO_FLASH:
        this.#checkCclk(p(4));
        return commands.copyRamToFlash(p(1), p(2), p(3));
      case ERASE:
        this.#checkCclk(p(3));
        return commands.erase(p(1), p(2));
      case BLANK_CHECK:
        return commands.blankCheck(p(1), p(2));
      case READ_PART_ID:
        return commands.readPartId();
      case READ_BOOT_VERSION:
        return commands.readBootVersion();
      case COMPARE:
        return commands.compare(p(1), p(2), p(3));
      default:
        this.#misuse(`command ${code} does not exist on this part`);
        return commands.invalidCommand();
    }
  }

  #parameter(table: number, index: number): number {
    return this.#machine.bus.read(table + 4 * index, 4) >>> 0;
  }

  #checkCclk(statedKhz: number): void {
    const actualKhz = this.commands.options.cclkKhz();
    if (Math.abs(statedKhz - actualKhz) <= actualKhz * CCLK_TOLERANCE) return;
    this.#misuse(`CCLK given as ${statedKhz} kHz, it is ${Math.round(actualKhz)} kHz`);
  }

  #writeResult(table: number, code: number, status: number, r0: number, r1: number): void {
    const { bus } = this.#machine;
    if (table % 4 !== 0 || !this.commands.isRam(table, 4)) {
      this.#misuse(`result table at 0x${table.toString(16)}`);
      return;
    }
    bus.write(table, 4, status);
    const words = RESULT_WORDS.get(status === STATUS.BUSY ? 0 : code) ?? 0;
    if (words >= 1) bus.write(table + 4, 4, r0);
    if (words >= 2) bus.write(table + 8, 4, r1);
  }

  /** Return to the caller; the registers that a callee may use are gone. */
  #leave(): TrapResult {
    const { cpu } = this.#machine;
    const lr = cpu.getRegister('lr');
    for (const name of ['r1', 'r2', 'r3', 'r12']) cpu.setRegister(name, IAP_ENTRY);
    const cpsr = cpu.getRegister('cpsr');
    cpu.setRegister('cpsr', (lr & 1) === 1 ? cpsr | THUMB : cpsr & ~THUMB);
    cpu.pc = (lr & ((lr & 1) === 1 ? ~1 : ~3)) >>> 0;
    return 'return';
  }

  #isSameCall(): boolean {
    const { cpu } = this.#machine;
    return (
      this.#call[R0] === (cpu.getRegister('r0') | 0) &&
      this.#call[R1] === (cpu.getRegister('r1') | 0) &&
      this.#call[LR] === (cpu.getRegister('lr') | 0) &&
      this.#call[SP] === (cpu.getRegister('sp') | 0)
    );
  }

  #misuse(detail: string): void {
    const { events, cpu, now } = this.#machine;
    const pc = cpu.getRegister('lr') >>> 0;
    events.raise({ kind: 'rom-parameter', at: now, pc, where: 'IAP', detail });
  }
}

/** Result words beside the status. */
const RESULT_WORDS = new Map<number, number>([
  [BLANK_CHECK, 2],
  [READ_PART_ID, 1],
  [READ_BOOT_VERSION, 1],
  [COMPARE, 1],
]);
