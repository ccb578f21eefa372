/** The one catalogue of harness errors: code → message with slots, and the exit code it leads to.
 *  Exit codes: 2 usage or bad input, 3 the rig failed. (0 and 1 are verdicts, not errors.)
 *  Every message says what is wrong with the facts, what was expected, and the next step. */

type Facts = Record<string, string | number>;

const row = (exitCode: 2 | 3, message: string) => ({ exitCode, message });

// biome-ignore format: one row a code reads best on one line
export const ERRORS = {
  // image
  IMAGE_NOT_FOUND: row(2, '{path}: no such file. Give the path of a .hex, .elf or .bin image.'),
  // transport
  // device
  UNICORN_MISSING: row(3, 'Unicorn cannot be loaded ({reason}). Install the Debian package libunicorn2, or leave out --engine unicorn.'),
  UNICORN_FAILED: row(3, 'Unicorn failed in {call} with error {error}. Run again without --engine unicorn.'),
  // faults
  // cli
  USAGE: row(2, '{problem}. See: flashrig {command} --help'),
} as const;

export type ErrorCode = keyof typeof ERRORS;

export class RigError extends Error {
  readonly code: ErrorCode;
  readonly facts: Facts;
  constructor(code: ErrorCode, facts: Facts, cause?: unknown) {
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
