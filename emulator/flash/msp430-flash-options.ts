/** What the MSP430's flash controller is connected to. Leaves out: behaviour (msp430-flash.ts). */

import type { GeneratorOptions } from './msp430-flash-generator.ts';
import type { FlashLimits } from './msp430-flash-limits.ts';
import type { NorArray } from './nor-array.ts';

export interface Msp430FlashOptions extends GeneratorOptions {
  readonly flash: NorArray;
  readonly supplyMillivolts: () => number;
  /** A power-up clear: a register was written without its key. */
  readonly puc: () => void;
  /** The CPU stands still while this is on: code in flash has begun an operation. */
  readonly hold: (on: boolean) => void;
  /** ACCVIFG, for the NMI. */
  readonly setViolation: (on: boolean) => void;
  readonly limits?: FlashLimits;
  /** Conservative: a loss of supply in a block write leaves cells of its whole row weak, since the
   *  programming voltage is on throughout. */
  readonly rowAtRisk?: boolean;
}
