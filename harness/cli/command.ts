/** What every command file offers and gets.
 *  Source: STYLE.md rule 12 (registration is one visible list). Leaves out: the commands themselves. */

import type { Command } from 'commander';
import pc from 'picocolors';

export const EXIT_ACCEPTABLE = 0;
export const EXIT_DEVICE_FAILED = 1;
export const EXIT_USAGE = 2;
export const EXIT_RIG_FAILED = 3;

/** One invocation: a command that judged a device leaves its verdict's exit code here. */
export interface Invocation {
  exitCode: typeof EXIT_ACCEPTABLE | typeof EXIT_DEVICE_FAILED;
}

export type RegisterCommand = (program: Command, invocation: Invocation) => void;

/** Help text after the options: each example is a line that can be pasted. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ npx flashrig ${line}`).join('\n')}`;

/** Colours go to a terminal that wants them, never into a pipe. */
export const colorful = (): boolean => process.stdout.isTTY === true && pc.isColorSupported;

/** The one document of `--json`. */
export const printJson = (document: unknown): void => {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
};
