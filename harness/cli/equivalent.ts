/** `flashrig equivalent`: options into a request, the verdict into an exit code.
 *  Source: `flashrig equivalent --help`. Leaves out: the proof itself (harness/equivalence). */

import type { Command } from 'commander';
import {
  type EquivalenceReport,
  type EquivalenceRequest,
  OBSERVED_BOARDS,
  proveEquivalence,
  STIMULUS_HELP,
} from '../equivalence/index.ts';
import { checkEquivalenceFolder, writeEquivalence } from '../report/equivalence.ts';
import { equivalenceText } from '../report/equivalence-text.ts';
import { colorful, EXIT_DEVICE_FAILED, examples, type Invocation, printJson } from './command.ts';
import {
  choice,
  parseAddress,
  parsePeer,
  parsePercent,
  parseSeconds,
  parseSeed,
} from './options.ts';
import { progressLine } from './progress.ts';

const DEFAULT_SECONDS = 10;
const DEFAULT_LATE_PERCENT = 10;
const DEFAULT_SEED = 1;

interface Options {
  readonly board: string;
  readonly boot?: string;
  readonly symbols?: string;
  readonly base?: number;
  readonly stimulus?: string;
  readonly seconds: number;
  readonly peer?: EquivalenceRequest['peer'];
  readonly totalOrder?: true;
  readonly late: number;
  readonly seed: number;
  readonly out?: string;
  readonly json?: true;
}

export function equivalentCommand(program: Command, invocation: Invocation): void {
  program
    .command('equivalent')
    .summary('run two programs side by side: does the same leave the board, in the same order?')
    .description(
      'Runs a program that was modified in place and the one that a compiler made, on emulated boards ' +
        'under the same inputs, and compares what leaves them: characters, pin levels, radio frames, ' +
        'flash operations, resets. They must be the same in order, not in time. Says how much later the ' +
        'modified one is, and which instructions ran: nothing is proven for the others. Exit code 1 when ' +
        'they differ, or when nothing came out that could be compared.',
    )
    .argument('<modified>', 'the program in question: .hex, .elf or .bin, code in RAM included')
    .argument('<new>', 'the program that it is to equal; an .elf beside a .hex names the functions')
    .addOption(choice('--board <name>', 'board', OBSERVED_BOARDS).makeOptionMandatory())
    .option('--boot <file>', 'what starts both of them: runtime or boot loader')
    .option(
      '--symbols <file>',
      'functions of the modified program: .elf or .node.json (default: the one beside it)',
    )
    .option('--stimulus <file>', 'inputs, or random:SEED (default: none)')
    .option('--seconds <n>', 'virtual time', parseSeconds, DEFAULT_SECONDS)
    .option(
      '--peer <rate,format>',
      'what sends to the serial port (default: what the firmware expects)',
      parsePeer,
    )
    .option('--total-order', 'outputs of different channels must keep their order, too')
    .option(
      '--late <percent>',
      'how much longer one may take; what comes later still counts as missing',
      parsePercent('--late'),
      DEFAULT_LATE_PERCENT,
    )
    .option('--seed <n>', 'seed of what memory holds at power-on', parseSeed, DEFAULT_SEED)
    .option('--base <address>', 'address of the first byte of a raw image', parseAddress)
    .option('--out <dir>', 'write equivalence.html, equivalence.json and stimulus.txt there')
    .option('--json', 'print the report as one JSON document on stdout')
    .addHelpText(
      'after',
      examples(
        'equivalent --board ez240 modified.hex new.hex --boot runtime.hex',
        'equivalent --board ez240 modified.hex new.hex --stimulus random:7 --seconds 60 --out proof',
      ),
    )
    .addHelpText('after', STIMULUS_HELP)
    .action(async (modifiedPath: string, newPath: string, options: Options) => {
      if (options.out !== undefined) await checkEquivalenceFolder(options.out);
      const report = await proveWithProgress(toRequest(modifiedPath, newPath, options));
      if (options.out !== undefined) await writeEquivalence(report, options.out);
      if (options.json) printJson(report);
      else {
        const outDir = options.out ?? null;
        process.stdout.write(equivalenceText(report, { color: colorful(), outDir }));
      }
      if (report.verdict !== 'equivalent') invocation.exitCode = EXIT_DEVICE_FAILED;
    });
}

async function proveWithProgress(request: EquivalenceRequest): Promise<EquivalenceReport> {
  const line = progressLine(process.stderr, Date.now);
  try {
    return await proveEquivalence(request, line.update);
  } finally {
    line.clear();
  }
}

const toRequest = (
  modifiedPath: string,
  newPath: string,
  options: Options,
): EquivalenceRequest => ({
  board: options.board,
  modifiedPath,
  newPath,
  bootPath: options.boot ?? null,
  symbolsPath: options.symbols ?? null,
  base: options.base ?? null,
  stimulus: options.stimulus ?? null,
  seconds: options.seconds,
  peer: options.peer ?? null,
  latePercent: options.late,
  totalOrder: options.totalOrder === true,
  seed: options.seed,
});
