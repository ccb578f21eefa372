/** The one catalogue of harness errors: code → message with slots, and the exit code it leads to.
 *  Exit codes: 2 usage or bad input, 3 the rig failed. (0 and 1 are verdicts, not errors.)
 *  Every message says what is wrong with the facts, what was expected, and the next step. */

type Facts = Record<string, string | number>;

const row = <const M extends string>(exitCode: 2 | 3, message: M) => ({ exitCode, message });

// biome-ignore format: one row a code reads best on one line
export const ERRORS = {
  // image
  IMAGE_NOT_FOUND: row(2, '{path}: no such file. Give the path of a .hex, .elf or .bin image.'),
  IMAGE_UNREADABLE: row(2, '{path}: cannot be read ({why}). Give a readable .hex, .elf or .bin file.'),
  IMAGE_FORMAT: row(2, '{file}: starts with {found}; expected ":" (Intel HEX) or 7f 45 4c 46 (ELF). For a raw image give --base.'),
  IMAGE_EMPTY: row(2, '{file}: holds no data; expected at least one byte to load.'),
  IMAGE_OVERLAP: row(2, '{file}: {what} overlaps {other} at {address}; each byte may be given once.'),
  IMAGE_RANGE: row(2, '{file}: {what} lies outside {allowed}. {step}'),
  IMAGE_TOO_BIG: row(2, '{file}: {bytes} bytes from {from} to {to} with the gaps filled; the limit is {limit}. {step}'),
  BIN_NO_BASE: row(2, '{file}: a raw image carries no address. Give one with --base, e.g. --base 0x2000.'),
  HEX_START: row(2, '{file}, line {line}: starts with {found}, expected ":".'),
  HEX_DIGIT: row(2, '{file}, line {line}: {found} in column {column}, expected a hexadecimal digit.'),
  HEX_ODD: row(2, '{file}, line {line}: {digits} digits after ":", expected an even number.'),
  HEX_LENGTH: row(2, '{file}, line {line}: length byte {length} calls for {expected} bytes in the record, found {found}.'),
  HEX_CHECKSUM: row(2, '{file}, line {line}: checksum is {received}, computed {computed}.'),
  HEX_TYPE: row(2, '{file}, line {line}: record type {found}, expected 00 to 05.'),
  HEX_TYPE_LENGTH: row(2, '{file}, line {line}: record type {type} with {found} data bytes, expected {expected}.'),
  HEX_AFTER_END: row(2, '{file}, line {line}: a record after the end record of line {end}, expected nothing more.'),
  HEX_TRUNCATED: row(2, '{file}: ends after line {line} without an end record (:00000001FF): the file is cut off.'),
  ELF_MAGIC: row(2, '{file}: starts with {found}, expected 7f 45 4c 46 (ELF).'),
  ELF_KIND: row(2, '{file}: {what} is {found}, expected {expected}.'),
  ELF_MACHINE: row(2, '{file}: built for {found}, expected {expected}. Use the image of the right chip.'),
  ELF_TRUNCATED: row(2, '{file}: {what} needs bytes {from} to {to}, the file has {bytes}: it is cut off or damaged.'),
  MERGE_MAIN_AT_ZERO: row(2, '{file}: linked at {found}, a build without the upgrade function; a boot loader needs that place. Link it at {expected}.'),
  // report
  REPORT_NOT_JSON: row(2, '{file}: is no whole JSON document ({why}); it is cut off or damaged. Run the verification again.'),
  REPORT_SCHEMA: row(2, '{file}: is {found}, expected a flashrig report of schema 1.'),
  REPORT_FIELD: row(2, '{file}: {field} is {found}, expected {expected}. The report is damaged or was edited.'),
  REPORT_FOREIGN: row(2, '{path}: is there already and is no whole file that flashrig made. Delete it or give another folder with --out.'),
  REPORT_UNREADABLE: row(2, '{path}: cannot be read ({why}). Give the report.json of a finished run.'),
  REPORT_FOLDER: row(2, '{path}: no folder for the report can be made there ({why}).'),
  // files
  FILE_WRITE: row(2, '{path}: cannot be written ({why}). Give a path in an existing folder that you may write to.'),
  // plan
  SCHEME: row(2, 'scheme {scheme}: {board} does not know it. Give one of {known} with --scheme.'),
  PLAN_NO_ROOM: row(2, '{what}: {needed} bytes are needed ({parts}), the application space has {room}: {missing} bytes are missing. {step}'),
  PATCH_FIELD: row(2, '{what} is {value}, a patch can say at most {limit}. Send the full image instead.'),
  PATCH_UNREADABLE: row(2, '{path}: cannot be read ({why}). Give a patch of flashrig delta make.'),
  PATCH_EMPTY: row(2, '{file}: is empty; expected a patch of flashrig delta make.'),
  PATCH_FORMAT: row(2, '{file}: starts with {found}, expected 44 ("D"): no patch of flashrig delta make. A full image is sent as it is.'),
  PATCH_LENGTH: row(2, '{file}: has {bytes} bytes, expected {expected}: it is cut off or has something behind its end.'),
  PATCH_CRC: row(2, '{file}: CRC-16 is {received}, computed {computed}: the patch is damaged. Make or fetch it again.'),
  PATCH_SCHEME: row(2, '{file}: scheme byte {found}, expected {expected}. Use the version of flashrig that made it.'),
  PATCH_BODY: row(2, '{file}: {what} is {found}, expected {expected}. Whoever made this patch has a mistake.'),
  PATCH_BASE: row(2, '{file}: is for an old image of {expectedBytes} bytes with CRC-16 {expected}; this one has {bytes} bytes and {found}. Give the image that the patch was made from.'),
  PATCH_RESULT: row(2, '{file}: leads to CRC-16 {found}, expected {expected}. Whoever made this patch has a mistake.'),
  PROGRAM: row(2, '{file}: {what}: found {found}, expected {expected}. Build it for in situ updates, symbols and relocations kept.'),
  NODE_FILE: row(2, '{file}: {what} is {found}, expected {expected}. Give a .node.json that flashrig made.'),
  EASILIR_AREA: row(2, 'in situ: the ifunction area would need {needed} bytes, it has {limit}. Rebuild the program instead.'),
  EASILIR_SCRIPT: row(2, '{file}: {what} is {found}, expected {expected}. Whoever made this script has a mistake.'),
  // transport
  TRANSPORT_SEGMENT_BYTES: row(2, 'segment size {segmentBytes}: dialect {dialect} takes 1 to {room} bytes a segment.'),
  TRANSPORT_FILE_EMPTY: row(2, 'the file to send has no bytes: pack an image with at least one.'),
  TRANSPORT_FILE_TOO_LONG: row(2, '{bytes} bytes are {segments} segments of {segmentBytes}; dialect {dialect} counts {limit} at most ({limitBytes} bytes). Take wider segments, a smaller file, or a dialect with a wider header.'),
  TRANSPORT_SWAP: row(2, 'segments {i} and {j} cannot change places: both must exist (of {total}, from 0) and have equal length.'),
  TRANSPORT_SAVED: row(3, 'saved {what} cannot be restored: {problem}. Save it with the same version of flashrig.'),
  LINE_SPEC: row(2, '--line "{spec}", character {at}: {problem}. Give {expected}.'),
  // device
  DIALECT: row(2, 'dialect {dialect}: {board} does not speak it. Give one of {spoken} with --dialect.'),
  VIA_FAILED: row(2, 'the update to {name}, before the one to be judged, ends as {outcome} ({evidence}), expected updated: no device gets past it. Leave it out of --via, or verify it by itself.'),
  SWEEP_SHORT: row(3, 'a sweep met only {found} flash operations on its walk, the clean run counted {expected}: the two must be alike. Please report it with the command line.'),
  WORKER_FAILED: row(3, 'a sweep worker stopped: {why}. Run again with --workers 1; if that fails too, report it.'),
  BSL_SILENT: row(3, 'boot loader: no answer to {command}. Check supply, RST, TCK and the two serial lines, then enter it again.'),
  BSL_REFUSED: row(3, 'boot loader: {command} was refused (a0). It may be locked: give the password, or erase the whole chip first.'),
  BSL_ANSWER: row(3, 'boot loader: the answer to {command} is {bytes}, expected 90, or a frame from 80 on with a sum that fits. Check the line.'),
  BSL_VERIFY: row(3, 'boot loader: {address} reads {received}, expected {expected}. Check that the supply is 2.7 V or more, erase the chip and program it again.'),
  PTY_FAILED: row(3, 'no pseudo-terminal: {step} failed. Linux is needed; use --serial tcp:PORT instead.'),
  PTY_LINK: row(2, '{link}: cannot put a link there. Give a path that is free or is a link already.'),
  TCP_PORT: row(3, 'TCP port {port} cannot be opened. Take another, or 0 for any free one.'),
  OUTSIDE_FLASH: row(2, 'the image has bytes at {first} to {last}, the flash ends at {end}. Give an image of this board.'),
  FLASH_FILE: row(2, '{path}: no flash file of this board: {problem}. Delete it or give another.'),
  UNICORN_MISSING: row(3, 'Unicorn cannot be loaded ({reason}). Install the Debian package libunicorn2, or leave out --engine unicorn.'),
  UNICORN_FAILED: row(3, 'Unicorn failed in {call} with error {error}. Run again without --engine unicorn.'),
  // faults
  FAULT_SYNTAX: row(2, 'fault line "{text}", character {at}: {problem}. Give {expected}.'),
  REPLAY_IMAGE: row(2, '{role} image {name} has sha256 {found}.., the replay line says {asked}... Give the images that the report was made from.'),
  // cli
  USAGE: row(2, '{problem}. See: flashrig {command} --help'),
  COMMAND_LINE: row(2, '{problem}. See: flashrig --help'),
  OPTION_VALUE: row(2, '{option} {value}: not understood. Give {expected}.'),
  OUTPUT_PLACE: row(2, '{path}: cannot be created ({problem}). Give {option} a place that you can write to.'),
  SCENARIO_UNKNOWN: row(2, '{name}: no scenario of this name{hint}. flashrig scenarios lists all {count}.'),
  MANIFEST_BROKEN: row(3, '{path}: {where} is {found}, expected {expected}. Restore the file or rebuild the fixtures.'),
  FIXTURE_MISSING: row(3, '{path}: no such file, but {manifest} lists it. Restore it or rebuild the fixtures.'),
  FIXTURE_HASH: row(3, '{path}: sha256 is {found}, but {manifest} says {expected}. Restore it or rebuild the fixtures.'),
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
