/** `flashrig scenarios`: every ready-made case, as a table or as JSON.
 *  Source: firmware-fixtures/<board>/manifest.json. Leaves out: running them (verify --scenario). */

import type { Command } from 'commander';
import { loadScenarios, type Scenario } from '../scenarios.ts';
import { examples, printJson } from './command.ts';

export function scenariosCommand(program: Command): void {
  program
    .command('scenarios')
    .summary('list the ready-made cases for verify --scenario')
    .description(
      'Lists every ready-made case: board, scheme, images, what it shows, and what a sweep must say ' +
        'of it: safe, or the worst outcome of the mistake in it.',
    )
    .option('--json', 'print them as one JSON document on stdout')
    .addHelpText('after', examples('scenarios', 'scenarios --json', 'verify --scenario NAME'))
    .action((options: { json?: true }) => {
      const scenarios = loadScenarios();
      if (options.json) printJson({ schema: 1, scenarios });
      else process.stdout.write(scenarios.length === 0 ? 'no scenarios\n' : table(scenarios));
    });
}

function table(scenarios: readonly Scenario[]): string {
  const width = (texts: readonly string[]): number => Math.max(...texts.map((t) => t.length));
  const names = width(scenarios.map((s) => s.name));
  const expectations = width(scenarios.map((s) => s.expects));
  const lines = scenarios.map(
    (s) => `${s.name.padEnd(names)}  ${s.expects.padEnd(expectations)}  ${s.shows}`,
  );
  return `${lines.join('\n')}\n`;
}
