/** `flashrig demo`: a safe terminal and one with a known mistake, verified one after the other.
 *  Source: the scenarios named here. Leaves out: choosing (the scenarios command lists all). */

import { join } from 'node:path';
import type { Command } from 'commander';
import { checkReportDirectory } from '../report/directory.ts';
import type { VerifyRequest } from '../request.ts';
import { asExpected, findScenario } from '../scenarios.ts';
import { EXIT_DEVICE_FAILED, examples, type Invocation } from './command.ts';
import { summarize } from './summary.ts';
import { defaultWorkers, verifyWithProgress } from './verify.ts';

/** The reference agent, and the paper's literal flag rule: the mistake that everybody would make. */
const DEMO_SCENARIOS = ['terminal-safe', 'terminal-literal-flag'] as const;
const DEMO_OUT = 'flashrig-report';
const DEMO_SEED = 1;

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
      for (const name of DEMO_SCENARIOS) {
        const scenario = findScenario(name);
        const request = demoRequest(scenario, join(options.out, name));
        checkReportDirectory(join(options.out, name));
        process.stdout.write(`${name}: ${scenario.shows}\n`);
        const report = await verifyWithProgress(request);
        process.stdout.write(`${summarize(report, request)}\n`);
        if (asExpected(scenario, report)) continue;
        process.stdout.write(`  NOT as expected: a sweep must say ${scenario.expects} here\n`);
        invocation.exitCode = EXIT_DEVICE_FAILED;
      }
    });
}

const demoRequest = (scenario: ReturnType<typeof findScenario>, outDir: string): VerifyRequest => {
  const { board, scheme, bootPath, fromPath, toPath, resume, dialect } = scenario;
  return {
    ...{ board, scheme, bootPath, fromPath, toPath, resume, dialect },
    scenario: scenario.name,
    cuts: { kind: 'linear' },
    line: '',
    seed: DEMO_SEED,
    workers: defaultWorkers(),
    engine: 'interpreter',
    outDir,
    junitFile: null,
  };
};
