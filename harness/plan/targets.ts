/** What a scheme must know of a chip and of the agent in it, as plain data.
 *  Sources: README.md of firmware-fixtures/lpc2478, atmega32u4 and msp430f1611 (flash layouts, journal); decision 0001.
 *  Leaves out: everything a bench needs (harness/device/boards). */

import { RigError } from '../errors.ts';
import type { MachineName } from '../image/elf.ts';
import { APPLICATION_ADDRESS } from '../image/layout.ts';
import type { ChipName, SchemeName } from '../request.ts';

/** Flash of an agent that takes deltas. While a patch waits, the application space holds the image, free
 *  pages, the patch, and the log at its end. */
export interface DeltaLayout {
  readonly pageBytes: number;
  readonly logPages: number;
  /** Free pages that the journal needs at least; it takes turns through all there are. */
  readonly leastSparePages: number;
  readonly recordsPerLogPage: number;
  /** RAM for pages, envelope and counters; the transport's buffers are the same for every scheme. */
  readonly ramBytes: number;
  readonly journalRamBytes: number;
}

export interface PlanTarget {
  readonly chip: ChipName;
  /** What an ELF for this chip must be built for. */
  readonly machine: MachineName;
  readonly schemes: readonly SchemeName[];
  readonly applicationAddress: number;
  /** First address that the application may not use. */
  readonly applicationEnd: number;
  readonly segmentBytes: number;
  /** Null where the chip does not take a whole image as it is. */
  readonly full: {
    readonly programsPerSegment: number;
    /** What one erase clears. */
    readonly eraseBytes: number;
  } | null;
  readonly delta: DeltaLayout | null;
  /** Address in images and reports of a second flash's first byte: above all that the chip's bus can reach. */
  readonly externalFlashAddress?: number;
}

export const targets = {
  lpc2478: {
    chip: 'lpc2478',
    machine: 'arm',
    schemes: ['full'],
    applicationAddress: APPLICATION_ADDRESS,
    // The received image's slots begin here.
    applicationEnd: 0x38000,
    // 16 HEX rows of 16 bytes in one frame (Bao 2021, 3.4.1).
    segmentBytes: 256,
    // One data row and one directory record a segment, then one row of the copy.
    full: { programsPerSegment: 3, eraseBytes: 0x1000 },
    delta: null,
  },
  atmega32u4: {
    chip: 'atmega32u4',
    machine: 'avr',
    schemes: ['full', 'dg', 'dg-safe', 'r3diff'],
    applicationAddress: 0,
    applicationEnd: 0x7000,
    segmentBytes: 128,
    full: { programsPerSegment: 1, eraseBytes: 128 },
    delta: {
      pageBytes: 128,
      logPages: 2,
      leastSparePages: 4,
      // 16 bytes a record.
      recordsPerLogPage: 8,
      // One page, the envelope, and the counters of the walk.
      ramBytes: 128 + 12 + 8,
      // One page to program a record from, and the record.
      journalRamBytes: 128 + 16,
    },
  },
  msp430f1611: {
    chip: 'msp430f1611',
    machine: 'msp430',
    schemes: ['deluge', 'r2', 'easilir', 'easilir-rebuild'],
    applicationAddress: 0x4000,
    applicationEnd: 0xd000,
    segmentBytes: 128,
    full: null,
    delta: null,
    externalFlashAddress: 0x100000,
  },
} as const satisfies Record<ChipName, PlanTarget>;

/** @param board who does not know it, for the error. */
export function checkScheme(target: PlanTarget, scheme: SchemeName, board: string): void {
  if (target.schemes.includes(scheme)) return;
  throw new RigError('SCHEME', { scheme, board, known: target.schemes.join(', ') });
}

export const targetOf = (chip: ChipName): PlanTarget => targets[chip];
