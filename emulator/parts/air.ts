/** The air between radios: what one sends, the others on its channel hear, but for what a seeded draw
 *  loses.
 *  Source: IEEE 802.15.4: the header of five bytes takes 160 us, so a frame is known that long before its SFD;
 *  machines that run no further apart than that hear each other in time.
 *  Leaves out: what a neighbouring channel lets through, distance, capture of the stronger frame, the delay of the way. */

import { garbageStream } from '../peripherals/shared/garbage.ts';
import type { Cc2420 } from './cc2420.ts';

/** How far nodes may be apart in virtual time: less than the header of a frame. */
export const AIR_QUANTUM_US = 128;

export interface AirNode {
  readonly radio: Cc2420;
  readonly chip: {
    readonly machine: { readonly now: number; runUntil(limit: number): unknown };
  };
}

export interface AirOptions {
  readonly seed: number;
  /** Of 256 frames, so many are lost on the way to each listener. */
  readonly lostOf256: number;
}

/** Joins nodes of equal root clocks. @returns a function that runs them all to a tick. */
export function joinByAir(
  nodes: readonly AirNode[],
  rootHz: number,
  options: AirOptions,
): (limit: number) => void {
  const random = garbageStream(options.seed);
  nodes.forEach(({ radio }, from) => {
    radio.onTransmit = (psdu, sfdTick) => {
      nodes.forEach((node, to) => {
        if (to === from || ((random() >>> 8) & 0xff) < options.lostOf256) return;
        if (node.radio.channelMhz === radio.channelMhz) node.radio.hear(psdu, sfdTick);
      });
    };
  });
  const quantum = Math.round((AIR_QUANTUM_US * rootHz) / 1e6);
  let now = Math.max(...nodes.map(({ chip }) => chip.machine.now));
  return (limit) => {
    while (now < limit) {
      now = Math.min(limit, now + quantum);
      for (const { chip } of nodes) chip.machine.runUntil(now);
    }
  };
}
