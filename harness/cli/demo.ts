/** `flashrig demo`: a safe terminal and one with a known mistake, verified one after the other.
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

/** The first safe case and the first that bricks (or fails in another way): the manifests' order. */
export function demoScenarios(all: readonly Scenario[]): readonly [Scenario, Scenario] {
  const safe = all.find(({ expects }) => expects === 'safe');
  const failing = all.filter(({ expects }) => expects !== 'safe');
  const bad = failing.find(({ expects }) => expects === 'bricked') ?? failing[0];
  if (safe !== undefined && bad !== undefined) return [safe, bad];
  throw new RigError('MANIFEST_BROKEN', {
    path: FIXTURES_ROOT,
    where: 'the list of scenarios',
    found: `${all.length} long`,
    expected: 'one that is safe and one that fails, at least',
  });
}

export function demoCommand(program: Command, invocation: Invocation): void {
  program
    .command('demo')
    .summary('verify a safe device and one with a known mistake')
    .description(
      'Verifies two ready-made cases: a terminal whose update survives every cut, and the same one ' +
        'with a known mistake. Exit code 0 when the first is found safe and the mistake is found.',
    )
    .option('--out <dir>', 'directory for the two reports', DEMO_OUT)
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
