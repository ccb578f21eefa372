/** Which of EasiLIR's two ways an update takes: the area decides first, then a budget of cycles that the modified
 *  program must keep on the emulated board, then energy over the updates to come.
 *  Source: harness/docs/decisions/0023-in-situ-or-rebuild.md. Leaves out: boards other than the sensor node. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeTraffic } from '../emulator/energy/node-traffic.ts';
import { type EquivalenceReport, proveEquivalence } from './equivalence/index.ts';
import { writeHex } from './image/hex-write.ts';
import { imageOfNode, type NodeImage, nodeToJson } from './plan/easilir/index.ts';
import { AREA_BYTES } from './plan/easilir/memory-map.ts';
import { datasheetProfile } from './plan/energy/datasheet.ts';
import { type EnergyProfile, energyOfTraffic } from './plan/energy/profile.ts';
import { NODE_FILE_KINDS } from './plan/node-file.ts';
import type { UpdatePlan } from './plan/plan.ts';
import { prepareUpdate } from './prepare-update.ts';
import type { VerifyRequest, WayLimits } from './request.ts';

export interface Proof {
  readonly newPath: string;
  readonly bootPath: string;
  /** As `EquivalenceRequest` has them. */
  readonly stimulus: string | null;
  readonly seconds: number;
}

const PEER = { baud: 38_400, parity: 'even', stopBits: 1 } as const;
/** What a budget is measured over: from power-on, the start included. */
export const BUDGET_PROOF = { stimulus: 'random:5', seconds: 30 } as const;

/** A node's image, ifunctions included, beside the program as linked. */
export async function proveNode(node: NodeImage, proof: Proof): Promise<EquivalenceReport> {
  const folder = await mkdtemp(join(tmpdir(), 'flashrig-'));
  const modifiedPath = join(folder, 'modified.hex');
  try {
    await writeFile(modifiedPath, writeHex(imageOfNode(node)));
    await writeFile(join(folder, 'modified.node.json'), nodeToJson(node));
    return await proveEquivalence({
      ...{ board: 'ez240', modifiedPath, symbolsPath: null, base: null, peer: PEER },
      ...{ totalOrder: false, latePercent: 10, seed: 1 },
      ...proof,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Busy cycles of the modified program beyond those of the new one, in percent of these. */
export function extraCyclesPercent({ cycles }: EquivalenceReport): number {
  return cycles === null ? 0 : (cycles.modified / cycles.fresh - 1) * 100;
}

export interface WayChosen {
  readonly scheme: 'easilir' | 'easilir-rebuild';
  readonly why: string;
}

/** @returns the scheme that the update is planned with; `easilir` where no limit speaks against it. */
export async function chooseWay(
  request: VerifyRequest,
  { cycleBudgetPercent, updatesAhead }: WayLimits,
): Promise<WayChosen> {
  const prepared = await prepareUpdate({ ...request, scheme: 'easilir' });
  const inSitu = prepared.plan;
  const node = inSitu.carry as NodeImage;
  if (inSitu.file[1] === NODE_FILE_KINDS.rebuild) {
    return { scheme: 'easilir', why: 'a rebuild: the ifunction area is too small' };
  }
  if (cycleBudgetPercent !== null) {
    const { toPath: newPath, bootPath } = request;
    const percent = extraCyclesPercent(
      await proveNode(node, { newPath, bootPath, ...BUDGET_PROOF }),
    );
    const why = `busy cycles ${percent.toFixed(2)} % beyond the new program's, budget ${cycleBudgetPercent} %`;
    if (percent > cycleBudgetPercent) return { scheme: 'easilir-rebuild', why };
  }
  if (updatesAhead !== null) {
    const rebuilt = (await prepareUpdate({ ...request, scheme: 'easilir-rebuild' })).plan;
    const before = prepared.earlier.at(-1)?.plan.carry as NodeImage | undefined;
    const energy = energyAhead(updatesAhead, {
      inSituMillijoules: energyOf(inSitu, datasheetProfile),
      rebuildMillijoules: energyOf(rebuilt, datasheetProfile),
      areaBytes: node.area.length,
      areaBytesAdded: node.area.length - (before?.area.length ?? 0),
    });
    const why = `${energy.rebuild.toFixed(1)} mJ over ${updatesAhead} updates by a rebuild now, ${energy.inSitu.toFixed(1)} mJ in situ`;
    if (energy.rebuild < energy.inSitu) return { scheme: 'easilir-rebuild', why };
  }
  return { scheme: 'easilir', why: 'in situ fits' };
}

const NOTHING_MOVED: NodeTraffic = {
  ...{ flashBytesRead: 0, flashBytesProgrammed: 0, segmentErases: 0 },
  ...{ externalBytesRead: 0, externalBytesProgrammed: 0, sectorErases: 0 },
  ...{ radioBytesSent: 0, radioBytesReceived: 0 },
};

function energyOf({ predicted }: UpdatePlan, profile: EnergyProfile): number {
  const energy = energyOfTraffic(predicted.node ?? NOTHING_MOVED, predicted.bytesSent, 0, profile);
  return energy.communicationMillijoules + energy.rebuildingMillijoules;
}

export interface UpdateEnergy {
  readonly inSituMillijoules: number;
  readonly rebuildMillijoules: number;
  /** In use after this update in situ, and how many of them it adds. */
  readonly areaBytes: number;
  readonly areaBytesAdded: number;
}

/** Energy of this update and the next ones, all as large as this: in situ while the area holds them. */
export function energyAhead(
  updates: number,
  { inSituMillijoules, rebuildMillijoules, areaBytes, areaBytesAdded }: UpdateEnergy,
): { readonly inSitu: number; readonly rebuild: number } {
  const from = (firstMillijoules: number, bytes: number): number => {
    let sum = firstMillijoules;
    let used = bytes;
    for (let update = 1; update < updates; update++) {
      const fits = used + areaBytesAdded <= AREA_BYTES;
      sum += fits ? inSituMillijoules : rebuildMillijoules;
      used = fits ? used + areaBytesAdded : 0;
    }
    return sum;
  };
  return { inSitu: from(inSituMillijoules, areaBytes), rebuild: from(rebuildMillijoules, 0) };
}
