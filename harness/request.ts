/** What a user asks for, checked but not yet opened: plain data that goes into `run-update.ts`.
 *  Source: DESIGN.md sections 1 and 4. Leaves out: the contents of the files it names. */

/** Boards that a request can name. Add yours here. */
export const BOARDS = ['lpc2478-terminal', 'atmega32u4-node', 'ez240'] as const;
export type BoardName = (typeof BOARDS)[number];

/** Chips that a plan can be made for. Add yours here. */
export const CHIPS = ['lpc2478', 'atmega32u4', 'msp430f1611'] as const;
export type ChipName = (typeof CHIPS)[number];

/** Update schemes; which of them a chip's agent knows says harness/plan/targets.ts. Add yours here. */
export const SCHEMES = [
  'full',
  'dg',
  'dg-safe',
  'r3diff',
  'deluge',
  'r2',
  'easilir',
  'easilir-rebuild',
] as const;
export type SchemeName = (typeof SCHEMES)[number];

/** Schemes whose files need nothing but the two images. */
export const DELTA_SCHEMES = ['full', 'dg', 'dg-safe', 'r3diff'] as const satisfies SchemeName[];

/** Dialects of the power-load protocol: Q/GDW 376.1, 2004/130, the paper's Table 5 header (and wider). */
export const DIALECTS = ['376.1', '2004', 'paper', 'paper-wide'] as const;
export type DialectName = (typeof DIALECTS)[number];

/** How a station finds its way back: ask the device which segments it lacks, or trust its own flags. */
export const RESUME_MODES = ['query', 'flags'] as const;
export type ResumeMode = (typeof RESUME_MODES)[number];

export const ENGINES = ['interpreter', 'unicorn'] as const;
export type EngineName = (typeof ENGINES)[number];

/** Which cuts a sweep makes (DESIGN.md section 4). */
export type CutSweep =
  | { readonly kind: 'none' | 'linear' | 'depth2' }
  | { readonly kind: 'random'; readonly runs: number };

export interface VerifyRequest {
  readonly board: BoardName;
  readonly scheme: SchemeName;
  /** Paths as the user gave them, relative to the working directory, or absolute. */
  readonly bootPath: string;
  /** Versions that the device went through before `fromPath`, the oldest first: the updates from each to the next
   *  are run first, and what they leave is where this one starts. */
  readonly viaPaths: readonly string[];
  readonly fromPath: string;
  readonly toPath: string;
  /** Name of the ready-made case the three paths came from; null = given one by one. */
  readonly scenario: string | null;
  readonly cuts: CutSweep;
  /** Line faults as given to `--line`; empty = a perfect line. */
  readonly line: string;
  /** 0 .. FFFFFFFF. */
  readonly seed: number;
  readonly workers: number;
  readonly resume: ResumeMode;
  readonly dialect: DialectName;
  readonly engine: EngineName;
  /** Directory for report.html and report.json; null = none is kept. */
  readonly outDir: string | null;
  readonly junitFile: string | null;
}

/** What speaks for a rebuild where an update of the sensor node fits in place; null = nothing does. */
export interface WayLimits {
  /** Busy cycles that the modified program may take beyond the new one's, in percent. */
  readonly cycleBudgetPercent: number | null;
  /** Updates, this one included, that energy is summed over. */
  readonly updatesAhead: number | null;
}

export interface ReplayOptions {
  readonly engine: EngineName;
  /** Where the images lie, for a line that names no scenario. */
  readonly images: Pick<VerifyRequest, 'bootPath' | 'viaPaths' | 'fromPath' | 'toPath'> | null;
}

/** Where `emulate` puts the board's serial port. */
export type SerialPlace =
  | { readonly kind: 'pty'; readonly linkPath: string | null }
  | { readonly kind: 'tcp'; readonly port: number };

export interface SerialFormat {
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

export interface EmulateRequest {
  readonly board: BoardName;
  readonly imagePath: string;
  readonly serial: SerialPlace;
  /** Rate and format of what is connected; null = what the board's own firmware expects. */
  readonly peer: SerialFormat | null;
  /** Pins held at a level from outside, e.g. P2.10 low for the ROM's ISP. */
  readonly pins: readonly { readonly pin: string; readonly level: 'low' | 'high' }[];
  /** Non-volatile contents are loaded from here if it exists, and kept here; null = lost at the end. */
  readonly flashFile: string | null;
  readonly engine: EngineName;
}

/** One line for reports and replay lines; `parseCuts` in harness/cli/options.ts reads it back. */
export const formatCuts = (cuts: CutSweep): string =>
  cuts.kind === 'random' ? `random:${cuts.runs}` : cuts.kind;
