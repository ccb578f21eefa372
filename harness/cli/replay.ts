/** `flashrig replay`: one run again, exactly, with its timeline.
 *  Source: `flashrig replay --help`. Leaves out: the run itself (run-update.ts). */

import type { Command } from 'commander';
import { RigError } from '../errors.ts';
import type { EngineName, ReplayOptions } from '../request.ts';
import { replayLine } from '../run-update.ts';
import {
  EXIT_ACCEPTABLE,
  EXIT_DEVICE_FAILED,
  examples,
  type Invocation,
  printJson,
} from './command.ts';
import { engineOption } from './options.ts';

interface Options {
  boot?: string;
  via?: string[];
  from?: string;
  to?: string;
  engine: EngineName;
  json?: true;
}

export function replayCommand(program: Command, invocation: Invocation): void {
  program
    .command('replay')
    .summary('repeat one run of a report exactly and show its timeline')
    .description(
      'Repeats the run that a replay line names and shows frames, flash operations, resets, console ' +
        'and where the cut fell. Reports print one such line for every run that failed.',
    )
    .argument('<line>', 'the replay line, in quotes')
    .addOption(engineOption())
    .option('--boot <file>', 'boot loader, if the line names no scenario')
    .option('--from <file>', 'old application, likewise')
    .option(
      '--via <file>',
      'application before it, oldest first, likewise; may be repeated',
      (path: string, before: string[] = []) => [...before, path],
    )
    .option('--to <file>', 'new application, likewise')
    .option('--json', 'print timeline and verdict as one JSON document on stdout')
    .addHelpText('after', examples('replay "LINE"', 'replay "LINE" --json'))
    .action(async (line: string, options: Options) => {
      const replay = await replayLine(line, {
        engine: options.engine,
        images: imagesOf(options),
      });
      if (options.json) printJson({ schema: 1, line, ...replay });
      else process.stdout.write(`${replay.text.trimEnd()}\n`);
      invocation.exitCode = replay.verdict.acceptable ? EXIT_ACCEPTABLE : EXIT_DEVICE_FAILED;
    });
}

/** All three images, or none: the line's scenario knows them then. */
function imagesOf({ boot, via = [], from, to }: Options): ReplayOptions['images'] {
  if (boot === undefined && from === undefined && to === undefined && via.length === 0) return null;
  if (boot !== undefined && from !== undefined && to !== undefined) {
    return { bootPath: boot, viaPaths: via, fromPath: from, toPath: to };
  }
  const problem = '--boot, --from and --to go together';
  throw new RigError('USAGE', { problem, command: 'replay' });
}
