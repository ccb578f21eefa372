/** What the registers of an LPC24xx UART say about a character: bit time, word length, parity, stop bits.
 *  Source: UM10237, "UARTn Line Control Register", "UARTn Fractional Divider Register": baud rate =
 *  PCLK / (16 x (256 DLM + DLL) x (1 + DIVADDVAL / MULVAL)). Leaves out: nothing. */

import type { ClockId, ClockTree } from '../../machine/clock-tree.ts';
import type { RegisterBlock } from '../../machine/register-block.ts';
import type { ReceiverFormat } from '../shared/uart-line.ts';
import { UART } from './uart-registers.ts';

export class UartSettings {
  readonly #values: Int32Array;
  readonly #block: RegisterBlock;
  readonly #clocks: ClockTree;
  readonly #clock: ClockId;
  readonly #format: ReceiverFormat = { bitTicks: 1, dataBits: 8, parity: 0 };
  readonly #lcr: number;
  readonly #dll: number;
  readonly #dlm: number;
  readonly #fdr: number;
  readonly #ter: number;

  constructor(block: RegisterBlock, clocks: ClockTree, clock: ClockId) {
    this.#block = block;
    this.#values = block.values;
    this.#clocks = clocks;
    this.#clock = clock;
    this.#lcr = block.at(UART.LCR);
    this.#dll = block.at(UART.DLL);
    this.#dlm = block.at(UART.DLM);
    this.#fdr = block.at(UART.FDR);
    this.#ter = block.at(UART.TER);
  }

  get isClocked(): boolean {
    return this.#block.powered && this.#clocks.ticks[this.#clock]! !== Number.POSITIVE_INFINITY;
  }
  get transmitEnabled(): boolean {
    return (this.#values[this.#ter]! & 0x80) !== 0;
  }
  /** Root ticks of one bit. A divisor of 0 counts as 1. */
  get bitTicks(): number {
    const values = this.#values;
    const divisor = Math.max(1, (values[this.#dlm]! << 8) | values[this.#dll]!);
    const fdr = values[this.#fdr]!;
    const fraction = fdr >> 4 === 0 ? 1 : 1 + (fdr & 15) / (fdr >> 4);
    return this.#clocks.ticks[this.#clock]! * 16 * divisor * fraction;
  }
  get wordBits(): number {
    return 5 + (this.#values[this.#lcr]! & 3);
  }
  get stopBits(): number {
    const lcr = this.#values[this.#lcr]!;
    if ((lcr & 4) === 0) return 1;
    return (lcr & 3) === 0 ? 1.5 : 2;
  }
  /** Start bit to last stop bit. */
  get characterBits(): number {
    return 1 + this.wordBits + ((this.#values[this.#lcr]! & 8) >> 3) + this.stopBits;
  }
  /** The same object each time. */
  get receiverFormat(): ReceiverFormat {
    const lcr = this.#values[this.#lcr]!;
    this.#format.bitTicks = this.bitTicks;
    this.#format.dataBits = this.wordBits;
    this.#format.parity = (lcr & 8) === 0 ? 0 : 1 + ((lcr >> 4) & 3);
    return this.#format;
  }
}
