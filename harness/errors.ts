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
  TRANSPORT_SEGMENT_BYTES: row(2, 'segment size {segmentBytes}: dialect {dialect} takes 1 to {room} bytes a segment.'),
  TRANSPORT_FILE_EMPTY: row(2, 'the file to send has no bytes: pack an image with at least one.'),
  TRANSPORT_FILE_TOO_LONG: row(2, '{bytes} bytes are {segments} segments of {segmentBytes}; dialect {dialect} counts {limit} at most ({limitBytes} bytes). Take wider segments, a smaller file, or a dialect with a wider header.'),
  TRANSPORT_SWAP: row(2, 'segments {i} and {j} cannot change places: both must exist (of {total}, from 0) and have equal length.'),
  TRANSPORT_SAVED: row(3, 'saved {what} cannot be restored: {problem}. Save it with the same version of flashrig.'),
  LINE_SPEC: row(2, '--line "{spec}", character {at}: {problem}. Give {expected}.'),
  // device
  // faults
  FAULT_SYNTAX: row(2, 'fault line "{text}", character {at}: {problem}. Give {expected}.'),
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
