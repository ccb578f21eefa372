/** What an update moves in a sensor node and what that costs, as predicted and as counted: communication and
 *  rebuilding apart, under each energy profile.
 *  Source: Qiu et al. 2014, sections 3 and 6; harness/plan/energy. Leaves out: what the application does meanwhile
 *  is in the energy that is drawn, and in no profile. */

import type { NodeTraffic } from '../../emulator/energy/node-traffic.ts';
import type { DeviceUse, Observation } from '../device/observation.ts';
import { energyProfiles } from '../plan/energy/index.ts';
import { energyOfTraffic } from '../plan/energy/profile.ts';
import type { PredictedCost } from '../plan/plan.ts';
import { costRow, drawnRows, rounded } from './cost-rows.ts';
import type { CostRow } from './report.ts';

const TRAFFIC: readonly (readonly [keyof NodeTraffic, string, string])[] = [
  ['flashBytesRead', 'program flash, bytes read', 'B'],
  ['flashBytesProgrammed', 'program flash, bytes programmed', 'B'],
  ['segmentErases', 'program flash, segments erased', ''],
  ['externalBytesRead', 'external flash, bytes read', 'B'],
  ['externalBytesProgrammed', 'external flash, bytes programmed', 'B'],
  ['sectorErases', 'external flash, sectors erased', ''],
  ['radioBytesSent', 'radio, bytes sent', 'B'],
  ['radioBytesReceived', 'radio, bytes received', 'B'],
];
const WHY = 'counted also has checks at start-up and records of progress';
const WHY_SENT = 'counted also has authentication, queries and the version';

export function compareNodeCost(
  predicted: PredictedCost,
  use: DeviceUse & { readonly node: NodeTraffic },
  { station }: Pick<Observation, 'station'>,
): CostRow[] {
  const { node } = use;
  const replied = station?.bytesReceived ?? 0;
  return [
    costRow('bytes that the node replied', 'B', null, replied, ''),
    ...TRAFFIC.map(([kind, what, unit]) =>
      costRow(what, unit, predicted.node?.[kind] ?? null, node[kind], WHY),
    ),
    ...energyProfiles.flatMap((profile) => {
      const counted = energyOfTraffic(node, station?.bytesSent ?? 0, replied, profile);
      const planned = predicted.node
        ? energyOfTraffic(predicted.node, predicted.bytesSent, 0, profile)
        : null;
      const one = (what: string, key: keyof typeof counted, why: string) =>
        costRow(
          `${what}, profile ${profile.name}`,
          'mJ',
          planned === null ? null : rounded(planned[key]),
          rounded(counted[key]),
          why,
        );
      return [
        one('energy of communication', 'communicationMillijoules', WHY_SENT),
        one('energy of rebuilding', 'rebuildingMillijoules', WHY),
      ];
    }),
    ...drawnRows(use.states),
  ];
}
