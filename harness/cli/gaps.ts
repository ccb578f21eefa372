/** `flashrig gaps`: what a chip's model declares but does not do.
 *  Source: harness/gaps.ts. Leaves out: which gaps a run touched (verify's report lists those). */

import type { Command } from 'commander';
import { type ChipName, chipNames, type GapRow, listGaps } from '../gaps.ts';
import { examples, printJson } from './command.ts';
import { choice } from './options.ts';

export function gapsCommand(program: Command): void {
  program
    .command('gaps')
    .summary('list what the model of a chip declares but does not do')
    .description(
      'Lists the registers and bits that a chip has and its model does not follow, and what it does ' +
        'instead. A report lists those that the firmware touched.',
    )
    .addOption(choice('--chip <name>', 'chip', chipNames).makeOptionMandatory())
    .option('--json', 'print them as one JSON document on stdout')
    .addHelpText('after', examples('gaps --chip lpc2478', 'gaps --chip lpc2478 --json'))
    .action((options: { chip: ChipName; json?: true }) => {
      const gaps = listGaps(options.chip);
      if (options.json) printJson({ schema: 1, chip: options.chip, gaps });
      else process.stdout.write(`${gaps.map(gapLine).join('\n')}\n${gaps.length} gaps\n`);
    });
}

const gapLine = ({ register, bits, reason }: GapRow): string =>
  `${register.padEnd(16)} ${bits.padEnd(12)} ${reason}`;
