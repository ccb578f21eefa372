/** `flashrig demo`: of each board a safe device and one with a known mistake, one after the other.
 *  Source: the manifests' scenarios. Leaves out: the other cases (the scenarios command lists all). */

import { join } from 'node:path';
import type { Command } from 'commander';
import { RigError } from '../errors.ts';
import { checkReportFolder, terminalText } from '../report/index.ts';
import {
  asExpected,
  FIXTURES_ROOT,
  loadScenarios,
  requestOf,
  type Scenario,
} from '../scenarios.ts';
import { colorful, EXIT_DEVICE_FAILED, examples, type Invocation } from './command.ts';
import { defaultWorkers, verifyWithProgress } from './verify.ts';

const DEMO_OUT = 'flashrig-report';

/** Of each board the first safe case and the first that bricks (or fails in another way): the manifests' order. */
export function demoScenarios(all: readonly Scenario[]): readonly Scenario[] {
  const boards = [...new Set(all.map(({ board }) => board))];
  if (boards.length === 0) throw incomplete(all);
  return boards.flatMap((board) => casesOf(all.filter((one) => one.board === board)));
}

function casesOf(scenarios: readonly Scenario[]): Scenario[] {
  const safe = scenarios.find(({ expects }) => expects === 'safe');
  const failing = scenarios.filter(({ expects }) => expects !== 'safe');
  const bad = failing.find(({ expects }) => expects === 'bricked') ?? failing[0];
  if (safe === undefined || bad === undefined) throw incomplete(scenarios);
  return [safe, bad];
}

const incomplete = (scenarios: readonly Scenario[]): RigError =>
  new RigError('MANIFEST_BROKEN', {
    path: FIXTURES_ROOT,
    where: `the list of scenarios${scenarios[0] === undefined ? '' : ` of ${scenarios[0].board}`}`,
    found: `${scenarios.length} long`,
    expected: 'one that is safe and one that fails, at least',
  });

export function demoCommand(program: Command, invocation: Invocation): void {
  program
    .command('demo')
    .summary('verify a safe device and one with a known mistake')
    .description(
      'Verifies two ready-made cases of each board: a device whose update survives every cut, and one ' +
        'with a known mistake. Exit code 0 when the first are found safe and the mistakes are found.',
    )
    .option('--out <dir>', 'directory for the reports', DEMO_OUT)
    .addHelpText('after', examples('demo', 'demo --out reports'))
    .action(async (options: { out: string }) => {
      const cases = demoScenarios(loadScenarios());
      const folderOf = (scenario: Scenario): string => join(options.out, scenario.name);
      for (const scenario of cases) await checkReportFolder(folderOf(scenario));
      for (const scenario of cases) {
        const outDir = folderOf(scenario);
        const request = { ...requestOf(scenario, { kind: 'linear' }, defaultWorkers()), outDir };
        process.stdout.write(`${scenario.name}: ${scenario.shows}\n`);
        const report = await verifyWithProgress(request);
        const text = terminalText(report, { color: colorful(), outDir });
        process.stdout.write(`${text}\n`);
        if (asExpected(scenario, report)) continue;
        process.stdout.write(`  NOT as expected: a sweep must say ${scenario.expects} here\n`);
        invocation.exitCode = EXIT_DEVICE_FAILED;
      }
    });
}
