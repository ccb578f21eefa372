/** Boot flow of the LPC2478: the ROM code that runs after every reset and starts user code or ISP.
 *  Source: UM10237 "Flash memory programming firmware", boot process flow chart, and table 602 (CRP).
 *  Leaves out: the ROM's instructions. The boot block of the flash holds filler, and reading it says so. */

import type { TrapResult } from '../machine/bus.ts';
import type { Machine } from '../machine/machine.ts';
import type { EventSlot } from '../machine/scheduler.ts';
import {
  CRP_ADDRESS,
  type CrpLevel,
  crpLevelOf,
  decideBoot,
  vectorsAreValid,
} from './lpc2000-crp.ts';
import type { Lpc2000Iap } from './lpc2000-iap.ts';
import type { Lpc2000Isp } from './lpc2000-isp.ts';
import { LPC2478_BOOT_BLOCK } from './lpc2000-sectors.ts';

/** Where the boot block shows at the top of memory. The CPU is parked at its first word while the ROM works. */
export const BOOT_BLOCK_TOP = 0x7fff_e000;
const PARK = BOOT_BLOCK_TOP;
/** Up to 3 ms may pass after reset before P2.10 is sampled; the model takes all of them. */
export const BOOT_TIME_US = 3000;
/** `b .`: what stands in the boot block in place of the ROM's code, which is not public. */
const FILLER = 0xeafffffe;
const DIE_REVISION_ADDRESS = 0x7e070;
const DIE_REVISION_C = 3;

export interface BootHooks {
  /** MEMMAP: 0 shows the boot block at address 0, 1 the user's flash. */
  setMemmap(mode: 0 | 1): void;
  ispPinLow(): boolean;
  /** WDTOF of the watchdog's mode register. */
  watchdogFlag(): boolean;
}

/** States of the parked CPU; 0 = the ROM has not decided yet. */
const USER = 1;
const ISP = 2;
/** ISP command G was given: the CPU leaves for GO_ADDRESS. */
const GO = 3;
const STATES = ['starting', 'user', 'isp', 'user'] as const;

const STATE = 0;
const CRP = 1;
const GO_ADDRESS = 2;
const GO_THUMB = 3;
const JTAG = 4;
const WORDS = 6;

const THUMB_BIT = 0x20;
const INTERRUPTS_OFF = 0xc0;

export class Lpc2000Boot {
  readonly isp: Lpc2000Isp;
  readonly iap: Lpc2000Iap;
  readonly #machine: Machine;
  readonly #hooks: BootHooks;
  readonly #w: Int32Array;
  readonly #slot: EventSlot;

  constructor(machine: Machine, iap: Lpc2000Iap, isp: Lpc2000Isp, hooks: BootHooks) {
    this.#machine = machine;
    this.iap = iap;
    this.isp = isp;
    this.#hooks = hooks;
    this.#w = machine.memory.stateWords('rom boot', WORDS);
    this.#slot = machine.scheduler.register('rom boot', () => this.#decide());
    machine.bus.trap(PARK, () => this.#parked());
    iap.onReinvokeIsp = () => this.#enterIsp();
    isp.onGo = (address, thumb) => this.#go(address, thumb);
    this.#fillBootBlock();
  }

  /** What the CPU runs. */
  get running(): 'starting' | 'user' | 'isp' {
    return STATES[this.#w[STATE]!]!;
  }
  /** Level read at the last reset; a new word at 1FC counts from the next one. */
  get crp(): CrpLevel {
    return this.#w[CRP] as CrpLevel;
  }
  get jtagEnabled(): boolean {
    return this.#w[JTAG] === 1;
  }

  /** After any reset of the chip, with the CPU core already reset. */
  reset(): void {
    this.iap.reset();
    this.isp.stop();
    this.#w.fill(0);
    this.#hooks.setMemmap(0);
    this.isp.scribbleRam();
    const { scheduler, now, rootHz, cpu } = this.#machine;
    scheduler.schedule(this.#slot, now + Math.round((BOOT_TIME_US * rootHz) / 1e6));
    cpu.pc = PARK;
  }
  /** Supply is gone: nothing runs. */
  powerOff(): void {
    this.iap.reset();
    this.isp.stop();
    this.#machine.scheduler.cancel(this.#slot);
    this.#w.fill(0);
  }

  #decide(): void {
    const crp = crpLevelOf(this.#flashWord(CRP_ADDRESS));
    const vectors = Array.from({ length: 8 }, (_, i) => this.#flashWord(4 * i));
    const decision = decideBoot({
      crp,
      userCodeValid: vectorsAreValid(vectors),
      ispPinLow: this.#hooks.ispPinLow(),
      watchdogFlag: this.#hooks.watchdogFlag(),
    });
    this.#w[CRP] = crp;
    this.#w[JTAG] = decision.jtag ? 1 : 0;
    if (decision.run === 'isp') this.#enterIsp();
    else {
      this.#w[STATE] = GO;
      this.#w[GO_ADDRESS] = 0;
      this.#hooks.setMemmap(1);
    }
  }

  /** Flash as the hardware reads it: with ECC, weak cells as they fall, and never through the remapping. */
  #flashWord(address: number): number {
    return this.iap.commands.options.flash.device.read(address, 4);
  }

  #enterIsp(): void {
    const { cpu } = this.#machine;
    this.#w[STATE] = ISP;
    this.#hooks.setMemmap(0);
    this.isp.scribbleRam();
    this.isp.start(this.crp);
    const cpsr = cpu.getRegister('cpsr');
    cpu.setRegister('cpsr', (cpsr | INTERRUPTS_OFF) & ~THUMB_BIT);
    cpu.pc = PARK;
  }

  /** At address 0 ISP sees the boot block's own reset vector: the ROM starts anew. */
  #go(address: number, thumb: boolean): void {
    if (address === 0) {
      this.reset();
      return;
    }
    this.#w[STATE] = GO;
    this.#w[GO_ADDRESS] = address;
    this.#w[GO_THUMB] = thumb ? 1 : 0;
  }

  #parked(): TrapResult {
    const { cpu } = this.#machine;
    if (this.#w[STATE] !== GO) return 'wait';
    this.#w[STATE] = USER;
    const cpsr = cpu.getRegister('cpsr');
    cpu.setRegister('cpsr', this.#w[GO_THUMB] === 1 ? cpsr | THUMB_BIT : cpsr & ~THUMB_BIT);
    cpu.pc = this.#w[GO_ADDRESS]! >>> 0;
    return 'return';
  }

  #fillBootBlock(): void {
    const { flash } = this.iap.commands.options;
    const { address, bytes } = LPC2478_BOOT_BLOCK;
    const words = new Uint32Array(bytes / 4).fill(FILLER);
    words[(DIE_REVISION_ADDRESS - address) / 4] = DIE_REVISION_C;
    flash.load(address, new Uint8Array(words.buffer));
    const { bus } = this.#machine;
    const fromTop = (at: number) => at - BOOT_BLOCK_TOP + address;
    bus.attach(BOOT_BLOCK_TOP, BOOT_BLOCK_TOP + bytes - 1, {
      name: 'boot block',
      read: (at, size) => {
        this.#gap(at);
        return flash.device.read(fromTop(at), size);
      },
      fetch: (at, size) => {
        this.#gap(at);
        return flash.device.read(fromTop(at), size);
      },
      write: (at) => this.#gap(at),
    });
  }

  #gap(address: number): void {
    const { events, bus, now } = this.#machine;
    events.raise({
      kind: 'gap-register',
      at: now,
      pc: bus.currentPc,
      where: 'boot block',
      detail: `0x${address.toString(16)}: the ROM's code is not modelled, only its services`,
    });
  }
}
