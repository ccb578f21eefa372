/** What an update was predicted to cost beside what was counted while the agent ran, and why they differ
 *  where they do. Source: plan/device-cost.ts predicts; emulator/energy counts on the chip.
 *  Leaves out: whether that is much or little (`flashrig delta compare` puts schemes side by side). */

import type { FlashTraffic } from '../../emulator/energy/flash-traffic.ts';
import { atmega32u4Energy } from '../../emulator/energy/parameters.ts';
import type { DeviceUse, Observation } from '../device/observation.ts';
import type { DeviceCost } from '../plan/device-cost.ts';
import type { UpdatePlan } from '../plan/plan.ts';
import { patchAddressOf } from '../plan/room.ts';
import type { PlanTarget } from '../plan/targets.ts';
import { costRow, drawnRows, rounded } from './cost-rows.ts';
import { compareNodeCost } from './node-cost-comparison.ts';
import type { CostRow } from './report.ts';

/** Row that the terminal's summary picks. */
export const MODEL_ENERGY = 'energy by these terms, in all';

/** Why a count may differ from its prediction; shown only where it does. */
const WHY = {
  bytesSent: 'counted also has authentication, queries and the version',
  steps: 'the agent programs pages that the model does not know of',
  spares: 'pages that were erased already are not erased again',
  log: 'counted also has records around the update, and log pages that were turned over',
  reads: 'counted also has the checks of each start, and compares of pages',
  regions:
    'counted from the last byte really read: the agent compares a page with the flash right before it programs it',
} as const;

export function compareCost(
  plan: UpdatePlan,
  clean: Observation,
  target: PlanTarget,
): readonly CostRow[] {
  const { predicted } = plan;
  const sent = row(
    'bytes sent',
    'B',
    predicted.bytesSent,
    clean.station?.bytesSent ?? null,
    'bytesSent',
  );
  const { use } = clean;
  const { device } = predicted;
  if (use?.node) return [sent, ...compareNodeCost(predicted, { ...use, node: use.node }, clean)];
  if (!use?.traffic || device === null || target.delta === null) return [sent];
  const { traffic } = use;
  const areas = areasOf(plan, clean, target);
  const erased = sumsOf(traffic.erases, areas);
  const programmed = sumsOf(traffic.programs, areas);
  const read = traffic.bytesRead.reduce((sum, bytes) => sum + bytes, 0);
  const regions = sumsOf(traffic.regionsActivated, areas).application;
  const { bytesRead, pages, journal } = device;
  return [
    sent,
    row('application pages programmed', '', pages.programmed, programmed.application, 'steps'),
    row('pages that staged the file', '', pages.staging, programmed.staging, 'steps'),
    row('spare pages programmed', '', journal.sparePages, programmed.spares, 'spares'),
    row('log records', '', journal.records, programmed.log, 'log'),
    row('erases of log pages', '', journal.logErases, erased.log, 'log'),
    row(
      'flash bytes read',
      'B',
      bytesRead.copied + bytesRead.patch + bytesRead.checks,
      read,
      'reads',
    ),
    row('flash regions activated', '', device.regions.programmed, regions, 'regions'),
    row(
      'most erases of one page',
      '',
      device.mostErasesOfOnePage,
      Math.max(...traffic.erases),
      'log',
    ),
    row('RAM of the scheme', 'B', device.ramBytes, null, null),
    ...energyRows(device, { ...use, traffic }, clean.station?.bytesSent ?? 0, regions),
  ];
}

const row = (
  what: string,
  unit: string,
  predicted: number | null,
  counted: number | null,
  why: keyof typeof WHY | null,
): CostRow => costRow(what, unit, predicted, counted, why === null ? '' : WHY[why]);

type Area = 'application' | 'spares' | 'staging' | 'log' | 'boot';

/** What each page is used for while the update lasts. */
function areasOf(plan: UpdatePlan, clean: Observation, target: PlanTarget): (page: number) => Area {
  const layout = target.delta!;
  const page = (address: number) => Math.floor(address / layout.pageBytes);
  const imageEnd = page(target.applicationAddress + clean.applicationLength + layout.pageBytes - 1);
  const isStaged = plan.scheme !== 'full';
  const staged = isStaged
    ? page(patchAddressOf(target, plan.file.length))
    : Number.POSITIVE_INFINITY;
  const end = page(target.applicationEnd);
  return (at) => {
    if (at >= end) return 'boot';
    if (at >= end - layout.logPages) return 'log';
    if (at < imageEnd) return 'application';
    return at >= staged ? 'staging' : 'spares';
  };
}

function sumsOf(counts: readonly number[], areaOf: (page: number) => Area): Record<Area, number> {
  const sums: Record<Area, number> = { application: 0, spares: 0, staging: 0, log: 0, boot: 0 };
  counts.forEach((count, page) => {
    sums[areaOf(page)] += count;
  });
  return sums;
}

/** The same equations over predicted and over counted numbers; then what the supply really gave. */
function energyRows(
  device: DeviceCost,
  { traffic, states }: DeviceUse & { readonly traffic: FlashTraffic },
  bytesSent: number,
  regions: number,
): CostRow[] {
  const parameters = atmega32u4Energy();
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  const predicted = device.energyNanojoules;
  const counted = {
    read: total(traffic.bytesRead) * parameters.flashReadNanojoules,
    erase: total(traffic.erases) * parameters.pageEraseNanojoules,
    program: total(traffic.programs) * parameters.pageProgramNanojoules,
    regions: regions * parameters.regionNanojoules,
    radio: bytesSent * parameters.radioNanojoules,
  };
  const millijoules = (nanojoules: number) => rounded(nanojoules / 1e6);
  const one = (what: string, key: keyof typeof counted, why: keyof typeof WHY): CostRow =>
    row(what, 'mJ', millijoules(predicted[key]), millijoules(counted[key]), why);
  return [
    one('energy of reads', 'read', 'reads'),
    one('energy of erases', 'erase', 'log'),
    one('energy of programs', 'program', 'log'),
    one('energy of region activations', 'regions', 'regions'),
    row('energy of SRAM accesses', 'mJ', millijoules(predicted.sram), null, null),
    one('energy of the radio', 'radio', 'bytesSent'),
    row(
      MODEL_ENERGY,
      'mJ',
      millijoules(predicted.total - predicted.sram),
      millijoules(total(Object.values(counted))),
      'log',
    ),
    ...drawnRows(states),
  ];
}
