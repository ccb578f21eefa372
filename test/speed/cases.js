/** `npm run cases [-- --out DIR]`: the paper's ten cases with deluge, R2 and EasiLIR, each update run on the emulated
 *  node without a fault and measured on its chip, beside what the paper claims. Runs from dist/.
 *  Source: Qiu et al. 2014, section 6. A row counts only if the node then answers with the new version and its flash
 *  is what the plan says. Definitions: file = what the scheme hands over; sent = what the station puts on the line,
 *  frames and queries included; literal = the paper's own count, bytes that the scheme's steps name, no erase, no
 *  staging, no check. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runEarlier } from '../../dist/harness/earlier-updates.js';
import { chooseWay } from '../../dist/harness/in-situ-or-rebuild.js';
import { freshNode, planEasilir, readProgram } from '../../dist/harness/plan/easilir/index.js';
import { energyProfiles } from '../../dist/harness/plan/energy/index.js';
import { energyOfTraffic } from '../../dist/harness/plan/energy/profile.js';
import { prepareUpdate } from '../../dist/harness/prepare-update.js';
import { UpdateRig } from '../../dist/harness/update-rig.js';
import { claimRows } from './cases/claims.js';
import { literalCount } from './cases/literal.js';
import { casesPage } from './cases/page.js';

const IMAGES = new URL('../../firmware-fixtures/msp430f1611/images/', import.meta.url);
const image = (name, end) => fileURLToPath(new URL(`${name}.${end}`, IMAGES));
const CASES = JSON.parse(readFileSync(new URL('node-cases.json', import.meta.url), 'utf8'));
const SCHEMES = ['deluge', 'r2', 'easilir'];
/** Decision 0023. */
const LIMITS = { cycleBudgetPercent: 1, updatesAhead: null };

const requestOf = (versions, scheme) => ({
  board: 'ez240',
  scheme,
  bootPath: image('runtime', 'hex'),
  viaPaths: versions.slice(0, -2).map((name) => image(name, 'hex')),
  fromPath: image(versions.at(-2), 'hex'),
  toPath: image(versions.at(-1), 'hex'),
  scenario: null,
  cuts: { kind: 'none' },
  line: '',
  seed: 1,
  workers: 1,
  resume: 'query',
  dialect: '376.1',
  engine: 'interpreter',
  outDir: null,
  junitFile: null,
});

/** The planner alone, for its counts: the chain in situ, the last one the way that was chosen. */
function plannedCounts(versions, mustRebuild) {
  const programs = versions.map((name) =>
    readProgram(new Uint8Array(readFileSync(image(name, 'elf'))), name),
  );
  let node = freshNode(programs[0]);
  let plan = null;
  for (const [step, program] of programs.slice(1).entries()) {
    const isLast = step === programs.length - 2;
    plan = planEasilir({ old: node, program, mustRebuild: isLast && mustRebuild });
    node = plan.node;
  }
  return plan;
}

async function onChip(versions, scheme) {
  const prepared = await prepareUpdate(requestOf(versions, scheme));
  const update = runEarlier(prepared, () => {});
  const rig = new UpdateRig(update, false);
  const { verdict, observation } = rig.judgeFromStart({
    cuts: [],
    station: 'resumes',
    line: '',
    seed: 1,
  });
  const { node } = observation.use;
  const { bytesSent, bytesReceived } = observation.station;
  const energy = (profile) => {
    const parts = energyOfTraffic(node, bytesSent, bytesReceived, profile);
    return { sent: parts.communicationMillijoules, rebuilt: parts.rebuildingMillijoules };
  };
  return {
    scheme,
    outcome: verdict.outcome,
    fileBytes: update.plan.file.length,
    imageBytes: update.plan.expectedBytes.length,
    sentBytes: bytesSent,
    node,
    energy: Object.fromEntries(energyProfiles.map((profile) => [profile.name, energy(profile)])),
    seconds: observation.deviceTimeUs / 1e6,
    literal: literalCount(prepared.plan),
  };
}

async function runCase({ case: name, versions }) {
  const chosen = await chooseWay(requestOf(versions, 'easilir'), LIMITS);
  const planned = plannedCounts(versions, chosen.scheme === 'easilir-rebuild');
  const inSitu = [planned.counts, planned.other].find((counts) => counts?.kind === 'in situ');
  const schemes = [];
  for (const scheme of SCHEMES) {
    schemes.push(await onChip(versions, scheme === 'easilir' ? chosen.scheme : scheme));
  }
  const easilir = schemes.at(-1);
  easilir.literal = literalCount({ file: { length: planned.counts.fileBytes } }, planned.counts);
  return {
    case: name,
    to: versions.at(-1),
    way: planned.counts.kind,
    why: chosen.why,
    schemes,
    planned: planned.counts,
    inSitu: inSitu ?? null,
  };
}

const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
const print = (title, ...lines) => process.stdout.write(`${title}\n\n${lines.join('\n\n')}\n\n`);

const results = [];
for (const one of CASES) {
  results.push(await runCase(one));
  process.stderr.write(`case ${one.case}\n`);
}

const each = (cells) =>
  results.flatMap((result) =>
    result.schemes.map((run) => [result.case, run.scheme, ...cells(run, result)]),
  );
const failed = each(({ outcome }) => [outcome]).filter(([, , outcome]) => outcome !== 'updated');

print(
  'Who decides: EasiLIR in situ or rebuilt.',
  table(
    [
      'case',
      'to',
      'way',
      'why',
      'ifunctions, bytes',
      'deleted blocks',
      'deleted bytes',
      'commands',
    ],
    results.map(({ case: name, to, way, why, inSitu }) => [
      name,
      to,
      way,
      why,
      inSitu?.areaBytes ?? '> 3072',
      inSitu?.deletedBlocks ?? '-',
      inSitu?.deletedBytes ?? '-',
      Object.entries(inSitu?.commands ?? {})
        .filter(([, count]) => count > 0)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(', ') || '-',
    ]),
  ),
  'Ifunctions, deleted blocks and commands are those of the update in situ, also where it is not taken.',
);
print(
  'Measured on the chip. E: external flash, P: program flash; bytes.',
  table(
    [
      'case',
      'scheme',
      'outcome',
      'file',
      'sent',
      'E written',
      'E read',
      'P written',
      'P read',
      'segments erased',
      'sectors erased',
      's',
    ],
    each((run) => [
      run.outcome === 'updated' ? 'updated' : `NOT UPDATED: ${run.outcome}`,
      run.fileBytes,
      run.sentBytes,
      run.node.externalBytesProgrammed,
      run.node.externalBytesRead,
      run.node.flashBytesProgrammed,
      run.node.flashBytesRead,
      run.node.segmentErases,
      run.node.sectorErases,
      run.seconds.toFixed(1),
    ]),
  ),
);
print(
  "The paper's own count, literally: bytes that the steps name.",
  table(
    ['case', 'scheme', 'E written', 'E read', 'P written', 'P read'],
    each(({ literal }) => [
      literal.externalWritten,
      literal.externalRead,
      literal.flashWritten,
      literal.flashRead,
    ]),
  ),
);
print(
  'Energy, mJ: communication + rebuilding, of what was measured.',
  table(
    ['case', 'scheme', ...energyProfiles.map(({ name }) => `profile ${name}`)],
    each(({ energy }) =>
      energyProfiles.map(
        ({ name }) => `${energy[name].sent.toFixed(2)} + ${energy[name].rebuilt.toFixed(2)}`,
      ),
    ),
  ),
);
print(
  "The paper's claims, and ours computed the same way.",
  table(['claim', 'paper', 'measured on the chip', 'literal count'], claimRows(results)),
);

const out = process.argv.indexOf('--out');
if (out > 0) {
  const folder = process.argv[out + 1];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cases.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(folder, 'cases.html'), casesPage(results));
}
if (failed.length > 0) process.exitCode = 1;
