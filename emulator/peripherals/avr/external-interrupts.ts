/** External interrupts INT0-3 and INT6 and pin-change interrupts PCINT0-7 of the ATmega32U4.
 *  Source: ATmega16U4/32U4 datasheet, "External Interrupts", "I/O-Ports" (INT0-3 on PD0-3, INT6 on PE6,
 *  PCINT0-7 on PB0-7). Leaves out: the length a pulse must have. */

import {
  bit,
  bits,
  type Field,
  type Register,
  register,
  reserved,
} from '../../machine/registers.ts';
import type { IoSpace } from './io-space.ts';
import type { AvrPorts, PinChange } from './ports.ts';

const lines = (): Record<string, Field> => ({
  INT3_0: bits(3, 0),
  INT6: bit(6),
  RES: reserved(bits(5, 4), bit(7)),
});
export const EXT = {
  PCIFR: register(
    'PCIFR',
    { at: 0x3b, width: 8, access: 'w1c' },
    { PCIF0: bit(0), RES: reserved(bits(7, 1)) },
  ),
  EIFR: register('EIFR', { at: 0x3c, width: 8, access: 'w1c' }, lines()),
  EIMSK: register('EIMSK', { at: 0x3d, width: 8 }, lines()),
  PCICR: register('PCICR', { at: 0x68, width: 8 }, { PCIE0: bit(0), RES: reserved(bits(7, 1)) }),
  EICRA: register('EICRA', { at: 0x69, width: 8 }, { ISC3_0: bits(7, 0) }),
  EICRB: register(
    'EICRB',
    { at: 0x6a, width: 8 },
    { ISC6: bits(5, 4), RES: reserved(bits(3, 0), bits(7, 6)) },
  ),
  PCMSK0: register('PCMSK0', { at: 0x6b, width: 8 }, { PCINT: bits(7, 0) }),
};
export const EXTERNAL_REGISTERS: readonly Register[] = Object.values(EXT);

const LOW_LEVEL = 0;
const ANY_EDGE = 1;
const FALLING = 2;
const NUMBERS = [0, 1, 2, 3, 6] as const;
const INT6 = 6;

export interface ExternalOptions {
  readonly ports: AvrPorts;
  /** INT number → vector. */
  readonly vectors: Readonly<Partial<Record<number, number>>>;
  readonly pinChangeVector: number;
  readonly setLine: (vector: number, asserted: boolean) => void;
  /** Edges of INT6 are seen by a clock, those of INT0-3 without one. */
  readonly ioClockRuns: () => boolean;
}

export class AvrExternalInterrupts {
  readonly #io: IoSpace;
  readonly #options: ExternalOptions;

  constructor(io: IoSpace, options: ExternalOptions) {
    this.#io = io;
    this.#options = options;
    io.declare('external interrupts', EXTERNAL_REGISTERS);
    const write = () => this.#settle();
    for (const reg of EXTERNAL_REGISTERS) io.hook(reg, { write });
    options.ports.onLevels.push((change) => this.#changed(change));
  }

  reset(): void {
    this.#settle();
  }
  /** The vector was entered: its flag is cleared. A level asks again. */
  acknowledge(vector: number): void {
    const io = this.#io;
    if (vector === this.#options.pinChangeVector) io.set(EXT.PCIFR, 0);
    for (const n of NUMBERS) {
      if (this.#options.vectors[n] === vector) io.set(EXT.EIFR, io.value(EXT.EIFR) & ~(1 << n));
    }
    this.#settle();
  }

  #sense(n: number): number {
    if (n === INT6) return (this.#io.value(EXT.EICRB) >> 4) & 3;
    return (this.#io.value(EXT.EICRA) >> (2 * n)) & 3;
  }
  #isHigh(n: number): boolean {
    return n === INT6 ? this.#options.ports.level('E', 6) : this.#options.ports.level('D', n);
  }

  #changed({ port, before, after }: PinChange): void {
    const io = this.#io;
    const changed = before ^ after;
    if (port === 'B' && (changed & io.value(EXT.PCMSK0)) !== 0) io.set(EXT.PCIFR, 1);
    for (const n of NUMBERS) {
      if (port !== (n === INT6 ? 'E' : 'D') || ((changed >> n) & 1) === 0) continue;
      const sense = this.#sense(n);
      if (sense === LOW_LEVEL || (n === INT6 && !this.#options.ioClockRuns())) continue;
      const rose = ((after >> n) & 1) === 1;
      if (sense === ANY_EDGE || rose === (sense !== FALLING)) {
        io.set(EXT.EIFR, io.value(EXT.EIFR) | (1 << n));
      }
    }
    this.#settle();
  }

  #settle(): void {
    const io = this.#io;
    const { setLine, vectors, pinChangeVector } = this.#options;
    setLine(pinChangeVector, (io.value(EXT.PCIFR) & io.value(EXT.PCICR) & 1) !== 0);
    for (const n of NUMBERS) {
      const isLevel = this.#sense(n) === LOW_LEVEL;
      /** As a level interrupt the flag is always cleared. */
      if (isLevel) io.set(EXT.EIFR, io.value(EXT.EIFR) & ~(1 << n));
      const asks = isLevel ? !this.#isHigh(n) : ((io.value(EXT.EIFR) >> n) & 1) === 1;
      setLine(vectors[n]!, asks && ((io.value(EXT.EIMSK) >> n) & 1) === 1);
    }
  }
}
