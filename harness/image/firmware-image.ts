/** A firmware image as every stage sees it: where bytes go, never where the file lay. */

export interface Segment {
  /** Byte address. */
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface SymbolEntry {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  readonly kind: 'function' | 'object';
}

export interface FirmwareImage {
  readonly format: 'hex' | 'elf' | 'bin';
  /** Sorted by address, not overlapping, adjacent segments joined. */
  readonly segments: readonly Segment[];
  readonly entry: number | null;
  /** Empty when the format carries none. Sorted by address. */
  readonly symbols: readonly SymbolEntry[];
  /** Of the canonical form: for each segment address (LE32), length (LE32), bytes. Lower-case hex. */
  readonly sha256: string;
}
