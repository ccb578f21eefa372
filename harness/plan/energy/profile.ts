/** What an update costs a sensor node in energy, by kind of operation: one file a profile (datasheet.ts, paper.ts),
 *  which a lab replaces by its own measurement.
 *  Leaves out: currents by power state (emulator/energy/ez240-currents.ts), which need no assumption of how an
 *  operation is made up. */

import type { NodeTraffic } from '../../../emulator/energy/node-traffic.ts';

/** Nanojoules each. */
export interface EnergyProfile {
  readonly name: string;
  readonly communication: {
    /** A byte of the update on the air, at the node that it is for. */
    readonly updateByte: number;
    /** A byte that the node itself sends. */
    readonly byteSent: number;
  };
  readonly rebuilding: Readonly<
    Record<Exclude<keyof NodeTraffic, 'radioBytesSent' | 'radioBytesReceived'>, number>
  >;
  /** Where each figure is from, and whether it is confirmed or assumed. */
  readonly sources: Readonly<Record<string, string>>;
}

export interface NodeEnergy {
  readonly communicationMillijoules: number;
  readonly rebuildingMillijoules: number;
}

const MILLI = 1e-6;

/** @param updateBytes that the station sent, headers and repeats included.
 *  @param replyBytes that the node sent. */
export function energyOfTraffic(
  traffic: NodeTraffic,
  updateBytes: number,
  replyBytes: number,
  { communication, rebuilding }: EnergyProfile,
): NodeEnergy {
  const kinds = Object.keys(rebuilding) as (keyof typeof rebuilding)[];
  const rebuilt = kinds.reduce((sum, kind) => sum + traffic[kind] * rebuilding[kind], 0);
  const sent = updateBytes * communication.updateByte + replyBytes * communication.byteSent;
  return { communicationMillijoules: sent * MILLI, rebuildingMillijoules: rebuilt * MILLI };
}
