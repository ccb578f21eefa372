/** `flashrig verify`: options into a VerifyRequest, the report's verdict into an exit code.
 *  Source: `flashrig verify --help`. Leaves out: the sweep itself (run-update.ts). */

import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { RigError } from '../errors.ts';
import { checkPlace } from '../files.ts';
import { chooseWay } from '../in-situ-or-rebuild.ts';
import { checkReportFolder, terminalText } from '../report/index.ts';
import type { Report } from '../report/report.ts';
import {
  BOARDS,
  type BoardName,
  type CutSweep,
  DIALECTS,
  type DialectName,
  type EngineName,
  RESUME_MODES,
  type ResumeMode,
  SCHEMES,
  type SchemeName,
  type VerifyRequest,
} from '../request.ts';
import { verifyUpdate } from '../run-update.ts';
import { findScenario } from '../scenarios.ts';
import type { Invocation } from './command.ts';
import { colorful, EXIT_ACCEPTABLE, EXIT_DEVICE_FAILED, examples, printJson } from './command.ts';
import {
  choice,
  engineOption,
  parseCuts,
  parseLineSpec,
  parsePercent,
  parseSeed,
  parseUpdates,
  parseWorkers,
} from './options.ts';
import { progressLine } from './progress.ts';

const DEFAULT_SEED = 1;

interface VerifyOptions {
  scenario?: string;
  board?: BoardName;
  scheme?: SchemeName;
  boot?: string;
  via?: string[];
  from?: string;
  to?: string;
  cycleBudget?: number;
  updatesAhead?: number;
  cuts: CutSweep;
  line?: string;
  seed: number;
  workers?: number;
  resume?: ResumeMode;
  dialect?: DialectName;
  engine: EngineName;
  out?: string;
  junit?: string;
  json?: true;
}

export function verifyCommand(program: Command, invocation: Invocation): void {
  program
    .command('verify')
    .summary('run an update, cut the power everywhere, say what became of the device')
    .description(
      'Runs the update from one image to another over the serial port of the emulated board, ' +
        'then again with the power cut at each flash operation, and judges every run twice: ' +
        'with the station silent after the cut, and with the station resuming.',
    )
    .option('--scenario <name>', 'a ready-made case instead of --board, --boot, --from and --to')
    .addOption(choice('--board <name>', 'board', BOARDS))
    .option('--boot <file>', 'boot loader: .hex, .elf or .bin')
    .option('--from <file>', 'application that the device runs now')
    .option(
      '--via <file>',
      'application that it had before, oldest first; may be repeated',
      (path: string, before: string[] = []) => [...before, path],
    )
    .option('--to <file>', 'application that the station sends')
    .addOption(choice('--scheme <name>', 'update scheme, full if not given', SCHEMES))
    .option(
      '--cycle-budget <percent>',
      'easilir: rebuild where the modified program needs more cycles than the new one by more than this',
      parsePercent('--cycle-budget'),
    )
    .option(
      '--updates-ahead <n>',
      'easilir: rebuild where that takes less energy over the next n updates',
      parseUpdates,
    )
    .addOption(cutsOption())
    .option('--line <spec>', 'line faults, e.g. drop=0.05,damage=0.02', parseLineSpec)
    .addOption(seedOption())
    .option('--workers <n>', 'runs at a time (default: one a core)', parseWorkers)
    .addOption(choice('--resume <how>', 'how the station finds what is missing', RESUME_MODES))
    .addOption(choice('--dialect <name>', 'dialect of the protocol', DIALECTS))
    .addOption(engineOption())
    .option('--out <dir>', 'write report.html, report.json and junit.xml into this directory')
    .option('--junit <file>', 'write a JUnit file for CI')
    .option('--json', 'print the report as one JSON document on stdout')
    .addHelpText(
      'after',
      examples(
        'verify --board lpc2478-terminal --boot boot.hex --from v1.hex --to v2.hex --out report',
        'verify --scenario NAME --cuts depth2',
        'verify --scenario NAME --cuts random:500 --seed 0x5eed --line drop=0.05,damage=0.02',
        'verify --scenario NAME --json --junit flashrig.xml',
      ),
    )
    .action(async (options: VerifyOptions) => {
      const request = await withWay(toRequest(options), options);
      await checkPlaces(request);
      const report = await verifyWithProgress(request);
      if (options.json) printJson(report);
      else {
        const { outDir } = request;
        process.stdout.write(terminalText(report, { color: colorful(), outDir }));
      }
      invocation.exitCode = report.verdict === 'safe' ? EXIT_ACCEPTABLE : EXIT_DEVICE_FAILED;
    });
}

const cutsOption = (): Option =>
  new Option('--cuts <sweep>', 'none, linear, depth2 or random:N')
    .argParser(parseCuts)
    .default({ kind: 'linear' } satisfies CutSweep, 'linear');

const seedOption = (): Option =>
  new Option('--seed <n>', 'seed of everything random, decimal or 0x…')
    .argParser(parseSeed)
    .default(DEFAULT_SEED);

export async function verifyWithProgress(request: VerifyRequest): Promise<Report> {
  const line = progressLine(process.stderr, Date.now);
  try {
    return await verifyUpdate(request, line.update);
  } finally {
    line.clear();
  }
}

/** One a core: a run is all computing, so more would only wait for each other. */
export const defaultWorkers = (): number => availableParallelism();

function toRequest(options: VerifyOptions): VerifyRequest {
  return {
    ...subject(options),
    cuts: options.cuts,
    line: options.line ?? '',
    seed: options.seed,
    workers: options.workers ?? defaultWorkers(),
    engine: options.engine,
    outDir: options.out ?? null,
    junitFile: options.junit ?? null,
  };
}

type Subject = Pick<
  VerifyRequest,
  | 'board'
  | 'scheme'
  | 'bootPath'
  | 'viaPaths'
  | 'fromPath'
  | 'toPath'
  | 'scenario'
  | 'resume'
  | 'dialect'
>;

/** Which device and which update: from a scenario, or from the options one by one. */
function subject(options: VerifyOptions): Subject {
  if (options.scenario !== undefined) return scenarioSubject(options, options.scenario);
  const { board, boot, from, to } = options;
  const given = { '--board': board, '--boot': boot, '--from': from, '--to': to };
  const missing = Object.entries(given).filter(([, value]) => value === undefined);
  if (board === undefined || boot === undefined || from === undefined || to === undefined) {
    const names = missing.map(([name]) => name).join(', ');
    throw usage(`missing ${names} (or --scenario NAME instead of all of them)`);
  }
  return {
    board,
    scheme: options.scheme ?? SCHEMES[0],
    bootPath: boot,
    viaPaths: options.via ?? [],
    fromPath: from,
    toPath: to,
    scenario: null,
    resume: options.resume ?? RESUME_MODES[0],
    dialect: options.dialect ?? DIALECTS[0],
  };
}

/** A scenario says what is updated; how the station resumes may be varied on purpose. */
function scenarioSubject(options: VerifyOptions, name: string): Subject {
  const { board, scheme, boot, via, from, to } = options;
  const given = { board, scheme, boot, via, from, to };
  const clash = Object.entries(given).find(([, value]) => value !== undefined);
  if (clash !== undefined) {
    throw usage(`--scenario and --${clash[0]} together: a scenario says its --${clash[0]} itself`);
  }
  const scenario = findScenario(name);
  return {
    board: scenario.board,
    scheme: scenario.scheme,
    bootPath: scenario.bootPath,
    viaPaths: scenario.viaPaths,
    fromPath: scenario.fromPath,
    toPath: scenario.toPath,
    scenario: scenario.name,
    resume: options.resume ?? scenario.resume,
    dialect: options.dialect ?? scenario.dialect,
  };
}

/** The scheme `easilir` with limits becomes the one that they lead to, so that a replay line says it. */
async function withWay(
  request: VerifyRequest,
  { cycleBudget, updatesAhead }: Pick<VerifyOptions, 'cycleBudget' | 'updatesAhead'>,
): Promise<VerifyRequest> {
  if (cycleBudget === undefined && updatesAhead === undefined) return request;
  if (request.scheme !== 'easilir') {
    throw usage('--cycle-budget and --updates-ahead are for --scheme easilir');
  }
  if (request.scenario !== null) throw usage('a scenario says itself whether it is a rebuild');
  const { scheme, why } = await chooseWay(request, {
    cycleBudgetPercent: cycleBudget ?? null,
    updatesAhead: updatesAhead ?? null,
  });
  process.stderr.write(`${scheme}: ${why}\n`);
  return { ...request, scheme };
}

async function checkPlaces(request: VerifyRequest): Promise<void> {
  if (request.outDir !== null) await checkReportFolder(request.outDir);
  if (request.junitFile !== null) checkPlace(request.junitFile, '--junit');
}

const usage = (problem: string): RigError => new RigError('USAGE', { problem, command: 'verify' });
