/** What one run showed. Says nothing about whether that is good. Plain data. */

import type { FlashTraffic } from '../../emulator/energy/flash-traffic.ts';
import type { StateEnergy } from '../../emulator/energy/meter.ts';
import type { NodeTraffic } from '../../emulator/energy/node-traffic.ts';
import type { SessionCounters } from '../transport/session.ts';

export interface FlashOperation {
  readonly index: number;
  readonly kind: 'erase' | 'program';
  readonly address: number;
  readonly bytes: number;
  readonly startUs: number;
  readonly endUs: number;
  /** Address of the instruction that asked for it, and its C function where symbols are known. */
  readonly pc: number;
  readonly caller: string | null;
}

/** One line of a run's timeline. */
export interface TimelineEntry {
  readonly atUs: number;
  readonly kind:
    | 'frame-down'
    | 'frame-up'
    | 'flash'
    | 'cut'
    | 'power-on'
    | 'reset'
    | 'console'
    | 'event'
    | 'station';
  readonly text: string;
}

/** What the update took from the supply and from the flash, counted on the board. */
export interface DeviceUse {
  readonly states: readonly StateEnergy[];
  /** By page; null where the chip's flash has none. */
  readonly traffic: FlashTraffic | null;
  readonly node: NodeTraffic | null;
}

export interface Observation {
  readonly operations: readonly FlashOperation[];
  readonly timeline: readonly TimelineEntry[];
  /** Power-ons and resets, the first power-on included. */
  readonly boots: number;
  /** Cuts of the plan that took effect. */
  readonly cutsDone: number;
  /** Restarts of the station that did. */
  readonly restartsDone: number;
  readonly consoleLines: readonly string[];
  /** Version the device gave when asked after the run; null = it did not answer. */
  readonly answeredVersion: string | null;
  /** What runs at the end. */
  readonly running: 'application' | 'loader' | 'rom-isp' | 'nothing';
  /** The least that brings an answer: the protocol port, a waiting loader, a reset, the ROM loader. */
  readonly reachableBy: 'serial' | 'loader' | 'reset-line' | 'programmer' | 'nothing';
  /** Flash as the CPU reads it at the end, application area only. Null when no application answered: its bytes
   *  decide nothing then, and runs that differ in them alone end alike. */
  readonly applicationBytes: Uint8Array | null;
  readonly applicationAddress: number;
  readonly applicationLength: number;
  readonly deviceTimeUs: number;
  readonly instructions: number;
  /** From the power-on to the end of the session; null where the chip does not count. */
  readonly use: DeviceUse | null;
  /** Erases for each sector in this run. */
  readonly erasesBySector: readonly number[];
  /** Machine events, one row for each kind and place. */
  readonly events: readonly { kind: string; where: string; detail: string; count: number }[];
  /** What the station sent and received in this run; null = no station was connected. */
  readonly station: SessionCounters | null;
  /** Limit that ended the run early (virtual time, boots, no progress), or null. */
  readonly limit: string | null;
}
