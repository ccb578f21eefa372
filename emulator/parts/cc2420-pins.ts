/** The four pins by which a CC2420 tells its host what happens, with the polarities of IOCFG0.
 *  Source: CC2420 data sheet SWRS041, "Configuration interface", "General Purpose / Test Output Control".
 *  Leaves out: what IOCFG1 can show on SFD, and all of CCA but the oscillator. */

import * as R from './cc2420-registers.ts';
import type { Cc2420RxFifo } from './cc2420-rx-fifo.ts';

export interface Cc2420Pins {
  readonly fifo: boolean;
  readonly fifop: boolean;
  readonly sfd: boolean;
  readonly cca: boolean;
}

export interface Cc2420Shown {
  /** Without power or in reset, all are low. */
  readonly isOn: boolean;
  readonly isStable: boolean;
  readonly isClear: boolean;
  /** A frame is under way, either way. */
  readonly inFrame: boolean;
}

export function cc2420Pins(
  { isOn, isStable, isClear, inFrame }: Cc2420Shown,
  registers: Int32Array,
  { count, frames, hasOverflowed }: Cc2420RxFifo,
): Cc2420Pins {
  const io = registers[R.IOCFG0]!;
  const showsOscillator = (registers[R.IOCFG1]! & R.CCAMUX) === R.CCAMUX_XOSC16M_STABLE;
  const level = (on: boolean, inverted: number) => isOn && on !== ((io & inverted) !== 0);
  return {
    fifo: level(count > 0 && !hasOverflowed, R.FIFO_INVERTED),
    fifop: level(frames > 0 || hasOverflowed || count > (io & R.FIFOP_THRESHOLD), R.FIFOP_INVERTED),
    sfd: level(inFrame, R.SFD_INVERTED),
    cca: level(showsOscillator ? isStable : isClear, R.CCA_INVERTED),
  };
}
