/** The command line: parse, call, exit code. Everything that goes wrong ends as one line on stderr.
 *  Source: harness/errors.ts for the codes. Leaves out: the commands (one file each, commands.ts). */

import { Command, CommanderError } from 'commander';
import { RigError } from '../errors.ts';
import { packageVersion } from '../package.ts';
import { EXIT_ACCEPTABLE, EXIT_USAGE, type Invocation } from './command.ts';
import { COMMANDS } from './commands.ts';

const EXIT_CODES = `
Exit codes:
  0  every outcome is acceptable
  1  the device failed somewhere, or the programs differ
  2  usage or bad input
  3  the rig failed: the device was not judged`;

/** @param argv what follows the program's name; @returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  keepQuietOnClosedPipe();
  process.once('uncaughtException', (thrown) => process.exit(explain(thrown, '')));
  const invocation: Invocation = { exitCode: EXIT_ACCEPTABLE };
  const program = buildProgram(invocation);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return invocation.exitCode;
  } catch (thrown) {
    return explain(thrown, commandOf(program, argv));
  }
}

export function buildProgram(invocation: Invocation): Command {
  const program = new Command('flashrig')
    .description('Proves that a firmware update cannot brick a device, before it ships.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help; also after a command')
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', EXIT_CODES)
    .addHelpText('after', '\nFLASHRIG_DEBUG=1 shows the stack of an error.');
  for (const register of COMMANDS) register(program, invocation);
  for (const command of program.commands) command.addHelpText('after', EXIT_CODES);
  return program;
}

/** Help and version come out of commander as errors too; they are none. */
export function explain(thrown: unknown, command: string): number {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT_ACCEPTABLE;
  if (thrown instanceof CommanderError && thrown.code === 'commander.help') return EXIT_USAGE;
  const error = asRigError(thrown, command);
  process.stderr.write(`flashrig: ${error.code}: ${error.message}\n`);
  if (process.env['FLASHRIG_DEBUG'] === '1') {
    process.stderr.write(`${error.stack}\n`);
    if (error.cause instanceof Error) process.stderr.write(`caused by ${error.cause.stack}\n`);
  }
  return error.exitCode;
}

function asRigError(thrown: unknown, command: string): RigError {
  if (thrown instanceof RigError) return thrown;
  if (thrown instanceof CommanderError) {
    const problem = commanderProblem(thrown);
    if (command === '') return new RigError('COMMAND_LINE', { problem }, thrown);
    return new RigError('USAGE', { problem, command }, thrown);
  }
  const problem = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new RigError('INTERNAL', { problem: problem.split('\n')[0]! }, thrown);
}

/** `error: unknown option '--x'\n(Did you mean --y?)` as the first half of our sentence. */
const commanderProblem = (error: CommanderError): string =>
  error.message
    .replace(/^error: /, '')
    .replace(/\s*\n\(Did you mean (.*?)\??\)/, '; did you mean $1')
    .replace(/\.$/, '');

/** The command that `--help` is to be asked about, or nothing when there is none of that name. */
const commandOf = (program: Command, argv: readonly string[]): string =>
  program.commands.find((command) => command.name() === argv[0])?.name() ?? '';

/** `flashrig scenarios | head -1` is no fault: what the reader did not want is dropped. */
function keepQuietOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    });
  }
}
