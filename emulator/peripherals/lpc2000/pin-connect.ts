/** LPC24xx pin connect block: which function a pin has and how it is pulled.
 *  Source: UM10237, chapter "Pin connect block"; function codes of the pins that modelled parts use.
 *  Leaves out (declared as gap): the trace port (PINSEL10), PINSEL11 (LCD). */

import type { Machine } from '../../machine/machine.ts';
import { RegisterBlock } from '../../machine/register-block.ts';
import { gapRegister, type Register, wordRegister } from '../../machine/registers.ts';

export const PORTS = 5;
const PINSEL = Array.from({ length: 2 * PORTS }, (_, i) =>
  wordRegister(`PINSEL${i}`, { at: 4 * i }),
);
const PINMODE = Array.from({ length: 2 * PORTS }, (_, i) =>
  wordRegister(`PINMODE${i}`, { at: 0x40 + 4 * i }),
);
export const PIN_CONNECT_REGISTERS: readonly Register[] = [
  ...PINSEL,
  gapRegister('PINSEL10', { at: 0x28 }, 'the trace port is not modelled'),
  gapRegister('PINSEL11', { at: 0x2c }, 'the LCD controller is not modelled'),
  ...PINMODE,
];

export type PinFunction =
  | 'TXD0'
  | 'RXD0'
  | 'TXD1'
  | 'RXD1'
  | 'TXD2'
  | 'RXD2'
  | 'TXD3'
  | 'RXD3'
  | `EINT${0 | 1 | 2 | 3}`
  | `AD0.${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`;

/** Function → every [port, bit, PINSEL code] that gives it. UM10237, tables of PINSEL0 to PINSEL9. */
export const PIN_FUNCTIONS: Readonly<Record<PinFunction, readonly (readonly number[])[]>> = {
  TXD0: [[0, 2, 1]],
  RXD0: [[0, 3, 1]],
  TXD1: [
    [0, 15, 1],
    [2, 0, 2],
    [3, 16, 3],
  ],
  RXD1: [
    [0, 16, 1],
    [2, 1, 2],
    [3, 17, 3],
  ],
  TXD2: [
    [0, 10, 1],
    [2, 8, 2],
    [4, 22, 2],
  ],
  RXD2: [
    [0, 11, 1],
    [2, 9, 2],
    [4, 23, 2],
  ],
  TXD3: [
    [0, 0, 2],
    [0, 25, 3],
    [4, 28, 3],
  ],
  RXD3: [
    [0, 1, 2],
    [0, 26, 3],
    [4, 29, 3],
  ],
  EINT0: [[2, 10, 1]],
  EINT1: [[2, 11, 1]],
  EINT2: [[2, 12, 1]],
  EINT3: [[2, 13, 1]],
  'AD0.0': [[0, 23, 1]],
  'AD0.1': [[0, 24, 1]],
  'AD0.2': [[0, 25, 1]],
  'AD0.3': [[0, 26, 1]],
  'AD0.4': [[1, 30, 3]],
  'AD0.5': [[1, 31, 3]],
  'AD0.6': [[0, 12, 3]],
  'AD0.7': [[0, 13, 3]],
};

export class PinConnect {
  readonly block: RegisterBlock;
  /** PINSEL or PINMODE was written. */
  onChange: (() => void) | null = null;
  readonly #pinsel: number;
  readonly #pinmode: number;
  /** Worked out when a register changes: GPIO mask and pull-up mask of each port. */
  readonly #masks: Int32Array;

  constructor(machine: Machine, base: number) {
    this.block = new RegisterBlock(machine, '', base, PIN_CONNECT_REGISTERS);
    this.#pinsel = this.block.at(PINSEL[0]!);
    this.#pinmode = this.block.at(PINMODE[0]!);
    this.#masks = machine.memory.stateWords('pin masks', 2 * PORTS);
    for (const reg of [...PINSEL, ...PINMODE]) {
      this.block.hook(reg, { write: () => this.#update() });
    }
  }
  reset(): void {
    this.block.reset();
    this.#update();
  }
  #update(): void {
    for (let port = 0; port < PORTS; port++) {
      this.#masks[port] = this.#mask(this.#pinsel, port, (code) => code === 0);
      this.#masks[PORTS + port] = this.#mask(this.#pinmode, port, (code) => code === 0);
    }
    this.onChange?.();
  }
  /** PINSEL code of a pin; 0 = GPIO. */
  functionOf(port: number, bit: number): number {
    return this.#code(this.#pinsel, port, bit);
  }
  /** Pins of a port that are GPIO, as a mask. */
  gpioMask(port: number): number {
    return this.#masks[port]!;
  }
  /** Pins of a port whose pull-up is on, as a mask. PINMODE 00 is pull-up, 10 none, 11 pull-down.
   *  UNKNOWN: the level of a pin with neither; taken as low. */
  pullUpMask(port: number): number {
    return this.#masks[PORTS + port]!;
  }
  gives(name: PinFunction): boolean {
    return PIN_FUNCTIONS[name].some(([port, bit, code]) => this.functionOf(port!, bit!) === code);
  }

  #code(first: number, port: number, bit: number): number {
    return (this.block.values[first + 2 * port + (bit >> 4)]! >>> (2 * (bit & 15))) & 3;
  }
  #mask(first: number, port: number, accept: (code: number) => boolean): number {
    let mask = 0;
    for (let bit = 0; bit < 32; bit++) if (accept(this.#code(first, port, bit))) mask |= 1 << bit;
    return mask;
  }
}
