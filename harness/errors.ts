/** The one catalogue of harness errors: code → message with slots, and the exit code it leads to.
 *  Exit codes: 2 usage or bad input, 3 the rig failed. (0 and 1 are verdicts, not errors.)
 *  Every message says what is wrong with the facts, what was expected, and the next step. */

type Facts = Record<string, string | number>;

const row = <const M extends string>(exitCode: 2 | 3, message: M) => ({ exitCode, message });

// biome-ignore format: one row a code reads best on one line
export const ERRORS = {
  // image
  IMAGE_NOT_FOUND: row(2, '{path}: no such file. Give the path of a .hex, .elf or .bin image.'),
  // transport
  // device
  // faults
  // cli
  USAGE: row(2, '{problem}. See: flashrig {command} --help'),
  COMMAND_LINE: row(2, '{problem}. See: flashrig --help'),
  OPTION_VALUE: row(2, '{option} {value}: not understood. Give {expected}.'),
  NOT_A_REPORT_DIR: row(2, '{path}: holds something that is no flashrig report ({found}). Give --out a new or empty directory.'),
  TORN_REPORT: row(2, '{path}: the report in this directory is torn ({problem}). Delete the directory or give another with --out.'),
  OUTPUT_PLACE: row(2, '{path}: cannot be created ({problem}). Give {option} a place that you can write to.'),
  SCENARIO_UNKNOWN: row(2, '{name}: no scenario of this name{hint}. flashrig scenarios lists all {count}.'),
  MANIFEST_BROKEN: row(3, '{path}: {where} is {found}, expected {expected}. Restore the file or rebuild the fixtures.'),
  FIXTURE_MISSING: row(3, '{path}: no such file, but {manifest} lists it. Restore it or rebuild the fixtures.'),
  FIXTURE_HASH: row(3, '{path}: sha256 is {found}, but {manifest} says {expected}. Restore it or rebuild the fixtures.'),
  NOT_BUILT: row(3, '{what} is not part of this build of flashrig. Use a build that has it.'),
  INTERNAL: row(3, 'unexpected fault: {problem}. Please report it to the maintainers with this command line and the output under FLASHRIG_DEBUG=1.'),
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** Names of the `{slots}` in a message. */
type Slots<M extends string> = M extends `${string}{${infer Slot}}${infer Rest}`
  ? Slot | Slots<Rest>
  : never;
/** The facts that a code's message needs: leaving one out does not compile. */
export type FactsOf<C extends ErrorCode> = Record<
  Slots<(typeof ERRORS)[C]['message']>,
  string | number
>;

export class RigError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly facts: Facts;
  constructor(code: C, facts: FactsOf<C>, cause?: unknown) {
    super(formatError(code, facts), cause === undefined ? undefined : { cause });
    this.name = 'RigError';
    this.code = code;
    this.facts = facts;
  }
  get exitCode(): 2 | 3 {
    return ERRORS[this.code].exitCode;
  }
}

const formatError = (code: ErrorCode, facts: Facts): string =>
  ERRORS[code].message.replace(/\{(\w+)\}/g, (slot, name: string) => String(facts[name] ?? slot));
