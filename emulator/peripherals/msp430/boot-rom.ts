/** ROM of an MSP430's boot loader, and the ways into it: RST and TCK, or a branch through 0C00 or 0C02. While the
 *  loader runs the CPU is parked in the ROM, and the loader works in virtual time (emulator/flash/msp430-bsl.ts).
 *  Source: SLAU319Z, "Standard RESET and BSL entry sequence", "BSL version". UNKNOWN: where the two vectors lead.
 *  Leaves out: the ROM's code, which reads as JMP $; an entry that JTAG or RST as NMI forbids. */

import { Msp430Bsl } from '../../flash/msp430-bsl.ts';
import type { BusDevice, TrapResult } from '../../machine/bus.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Msp430Cpu, Msp430Table } from './chip-table.ts';
import type { Msp430Ports } from './ports.ts';

const JUMP_TO_ITSELF = 0x3fff;
/** Offsets in the ROM of the vectors, and where they lead in this model. */
const COLD_VECTOR = 0;
const WARM_VECTOR = 2;
const COLD_START = 4;
const WARM_START = 6;
/** The CPU stands here while the loader runs. */
const PARK = 8;
const FALLS_TO_ENTER = 2;
const SP = 1;
const STACK_TOP = 0x0220;
/** Registers that the loader uses for itself. */
const USED_REGISTERS = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

/** Words of the state block. */
const TCK = 0;
const TCK_FALLS = 1;
const GO = 2;
const GO_ADDRESS = 3;
const WORDS = 4;

export class Msp430BootRom {
  readonly bsl: Msp430Bsl;
  readonly #machine: Machine;
  readonly #cpu: Msp430Cpu;
  readonly #start: number;
  readonly #s: Int32Array;

  constructor(machine: Machine, cpu: Msp430Cpu, rom: Msp430Table['bootRom'], ports: Msp430Ports) {
    this.#machine = machine;
    this.#cpu = cpu;
    this.#start = rom.address;
    this.#s = machine.memory.stateWords('boot ROM', WORDS);
    this.bsl = new Msp430Bsl(machine, ports);
    this.bsl.onGo = (address) => {
      this.#s[GO] = 1;
      this.#s[GO_ADDRESS] = address;
    };
    machine.bus.attach(rom.address, rom.address + rom.bytes - 1, this.#device(rom));
    for (const start of [COLD_START, WARM_START]) {
      machine.bus.trap(rom.address + start, () => this.#enter());
    }
    machine.bus.trap(rom.address + PARK, () => this.#parked());
  }

  /** Level at TCK. @param isReset RST is low: falls are counted. */
  setTck(high: boolean, isReset: boolean): void {
    const s = this.#s;
    if (isReset && s[TCK] === 1 && !high) s[TCK_FALLS] = s[TCK_FALLS]! + 1;
    s[TCK] = high ? 1 : 0;
  }
  /** RST has fallen, or the supply has come: what was seen of TCK before does not count. */
  forgetTck(): void {
    this.#s[TCK_FALLS] = 0;
  }
  /** RST has risen and the chip is reset: the loader runs instead of what the reset vector names, if TCK said so. */
  resetEnded(): void {
    const asked = this.#s[TCK_FALLS]! >= FALLS_TO_ENTER && this.#s[TCK] === 0;
    this.forgetTck();
    if (asked) this.#enter();
  }
  /** Any reset, or loss of supply. */
  stop(): void {
    this.bsl.stop();
    this.#s[GO] = 0;
  }

  #enter(): TrapResult {
    const cpu = this.#cpu;
    cpu.setRegister('sr', 0);
    cpu.setRegister(`r${SP}`, STACK_TOP);
    for (const n of USED_REGISTERS) cpu.setRegister(`r${n}`, 0);
    cpu.pc = this.#start + PARK;
    this.#machine.bus.currentPc = cpu.pc;
    this.bsl.start();
    return 'wait';
  }
  #parked(): TrapResult {
    if (this.#s[GO] === 0) return 'wait';
    this.#s[GO] = 0;
    this.#cpu.pc = this.#s[GO_ADDRESS]!;
    return 'return';
  }

  #device(rom: Msp430Table['bootRom']): BusDevice {
    const { bus, events } = this.#machine;
    const words: Record<number, number> = {
      ...rom.words,
      [rom.address + COLD_VECTOR]: rom.address + COLD_START,
      [rom.address + WARM_VECTOR]: rom.address + WARM_START,
    };
    const raise = (address: number, detail: string): void => {
      const where = `0x${address.toString(16).padStart(4, '0')}`;
      const at = this.#machine.now;
      events.raise({ kind: 'gap-register', at, pc: bus.currentPc, where, detail });
    };
    return {
      name: 'boot loader ROM',
      pureReads: true,
      read: (address, size) => {
        const known = words[address & ~1];
        // The loader itself sends its version as it stands there, unknown words and all.
        if (known === undefined && !this.bsl.running) raise(address, 'boot loader ROM read');
        const word = known ?? JUMP_TO_ITSELF;
        return size === 1 ? (word >>> ((address & 1) << 3)) & 0xff : word;
      },
      fetch: (address) => {
        raise(address, "the boot loader's code is not modelled, only what it does");
        return JUMP_TO_ITSELF;
      },
      write: (address) => raise(address, 'store into the boot loader ROM'),
    };
  }
}
