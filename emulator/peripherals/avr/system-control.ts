/** MCUSR, MCUCR, power reduction and the general purpose registers of the ATmega32U4, and why its CPU stands.
 *  Source: ATmega16U4/32U4 datasheet, "System Control and Reset", "Moving Interrupts", "Power Reduction
 *  Register". Leaves out (declared as gaps): JTAG and its reset, memory beyond 64 KB. */

import type { Machine } from '../../machine/machine.ts';
import {
  bit,
  bits,
  byteRegister,
  gap,
  gapRegister,
  type Register,
  register,
  reserved,
} from '../../machine/registers.ts';
import { type AvrResetCause, mcusrAfter } from '../../power/atmega32u4-resets.ts';
import type { InterruptLines } from './interrupt-lines.ts';
import type { IoSpace } from './io-space.ts';
import { TimedSequence } from './timed-sequence.ts';

const NO_JTAG = 'JTAG is not modelled';
const NO_FAR_MEMORY = 'the part has no memory that needs it';

export const SYS = {
  MCUSR: register(
    'MCUSR',
    { at: 0x54, width: 8 },
    {
      PORF: bit(0),
      EXTRF: bit(1),
      BORF: bit(2),
      WDRF: bit(3),
      JTRF: gap(bit(4), NO_JTAG),
      RES: reserved(bits(7, 5)),
    },
  ),
  MCUCR: register(
    'MCUCR',
    { at: 0x55, width: 8 },
    {
      IVCE: bit(0),
      IVSEL: bit(1),
      PUD: bit(4),
      JTD: gap(bit(7), NO_JTAG),
      RES: reserved(bits(3, 2), bits(6, 5)),
    },
  ),
  PRR0: register(
    'PRR0',
    { at: 0x64, width: 8 },
    {
      PRADC: bit(0),
      PRSPI: bit(2),
      PRTIM1: bit(3),
      PRTIM0: bit(5),
      PRTWI: bit(7),
      RES: reserved(bit(1), bit(4), bit(6)),
    },
  ),
  PRR1: register(
    'PRR1',
    { at: 0x65, width: 8 },
    {
      PRUSART1: bit(0),
      PRTIM3: bit(3),
      PRTIM4: bit(4),
      PRUSB: bit(7),
      RES: reserved(bits(2, 1), bits(6, 5)),
    },
  ),
  GPIOR0: byteRegister('GPIOR0', 0x3e),
  GPIOR1: byteRegister('GPIOR1', 0x4a),
  GPIOR2: byteRegister('GPIOR2', 0x4b),
  OCDR: gapRegister('OCDR', { at: 0x51, width: 8 }, NO_JTAG),
  RAMPZ: gapRegister('RAMPZ', { at: 0x5b, width: 8 }, NO_FAR_MEMORY),
  EIND: gapRegister('EIND', { at: 0x5c, width: 8 }, NO_FAR_MEMORY),
  /** The core's own, plain memory in the I/O space. */
  SPL: byteRegister('SPL', 0x5d),
  SPH: byteRegister('SPH', 0x5e),
  SREG: byteRegister('SREG', 0x5f),
};
export const SYSTEM_REGISTERS: readonly Register[] = Object.values(SYS);

/** Reasons for the CPU to stand still. */
export const HALT_RESET = 1;
export const HALT_SLEEP = 2;
/** The section that is read while write is not in it: programming it halts the CPU. */
export const HALT_FLASH = 4;
/** An EEPROM access, for a few cycles. */
export const HALT_EEPROM = 8;

const { IVCE, IVSEL, PUD } = SYS.MCUCR.mask;
const ENABLE_CYCLES = 4;
/** "Until after the instruction following the write to IVSEL". */
const SELECT_CYCLES = 2;

export interface SystemOptions {
  readonly lines: InterruptLines;
  readonly setVectorsInBootSection: (on: boolean) => void;
  readonly onPullUps: () => void;
  readonly onPowerReduction: () => void;
}

export class AvrSystemControl {
  readonly #machine: Machine;
  readonly #io: IoSpace;
  readonly #options: SystemOptions;
  readonly #sequence: TimedSequence;
  /** [reasons to stand still] */
  readonly #halts: Int32Array;

  constructor(machine: Machine, io: IoSpace, options: SystemOptions) {
    this.#machine = machine;
    this.#io = io;
    this.#options = options;
    io.declare('system', SYSTEM_REGISTERS);
    this.#sequence = new TimedSequence(machine, 'MCUCR');
    this.#halts = machine.memory.stateWords('halts', 1);
    /** Software can clear a cause, not set one. */
    io.hook(SYS.MCUSR, {
      write: (value, mask, previous) => io.set(SYS.MCUSR, previous & (value | ~mask)),
    });
    io.hook(SYS.MCUCR, {
      read: (stored) => (stored & ~IVCE) | this.#sequence.readBit(IVCE),
      pure: true,
      write: (value, _mask, previous) => this.#writeControl(value, previous),
    });
    io.hook(SYS.PRR0, { write: () => options.onPowerReduction() });
    io.hook(SYS.PRR1, { write: () => options.onPowerReduction() });
  }

  /** After the I/O space has its reset values, MCUSR kept. */
  reset(cause: AvrResetCause): void {
    this.#sequence.close();
    this.#io.set(SYS.MCUSR, mcusrAfter(cause, this.#io.value(SYS.MCUSR)));
    this.#options.setVectorsInBootSection(false);
  }
  halt(reason: number, on: boolean): void {
    const halts = on ? this.#halts[0]! | reason : this.#halts[0]! & ~reason;
    this.#halts[0] = halts;
    this.#machine.sleeping = halts !== 0;
  }
  get halts(): number {
    return this.#halts[0]!;
  }
  get watchdogFlag(): boolean {
    return (this.#io.value(SYS.MCUSR) & SYS.MCUSR.mask.WDRF) !== 0;
  }
  get pullUpsOff(): boolean {
    return (this.#io.value(SYS.MCUCR) & PUD) !== 0;
  }

  #writeControl(value: number, previous: number): void {
    const io = this.#io;
    const stored = io.value(SYS.MCUCR) & ~(IVCE | IVSEL);
    const open = this.#sequence.isOpen;
    this.#sequence.close();
    let select = previous & IVSEL;
    if ((value & IVCE) !== 0) {
      this.#sequence.open();
      this.#options.lines.block(ENABLE_CYCLES);
    } else if (open) {
      select = value & IVSEL;
      this.#options.lines.block(SELECT_CYCLES);
    }
    io.set(SYS.MCUCR, stored | select);
    this.#options.setVectorsInBootSection(select !== 0);
    if (((value ^ previous) & PUD) !== 0) this.#options.onPullUps();
  }
}
