/** The paper's model of an update's cost in flash: pages written and regions activated.
 *  Source: Kachman and Balaz 2016, equations 1, 3 and 5, with two errata: the sum of equation 1 has N + 1 terms
 *  with N = floor(log2(i xor j)), and equation 3 counts a page too many where addr + n ends a page.
 *  Leaves out: joules (delta-cost.ts) and what an agent that joins operations really programs (page-writer.ts). */

import { regionTerms } from '../../emulator/energy/flash-traffic.ts';
import { lengthOf, type Operation } from './operations.ts';

/** Equation 3 as printed: pages that hold n bytes from addr. */
export const pagesAsPrinted = (addr: number, n: number, pageBytes: number): number =>
  Math.floor((addr + n) / pageBytes) - Math.floor(addr / pageBytes) + 1;

export const pagesCorrected = (addr: number, n: number, pageBytes: number): number =>
  Math.floor((addr + n - 1) / pageBytes) - Math.floor(addr / pageBytes) + 1;

export interface PaperCounts {
  /** Sums over operations; an operation that copies bytes onto themselves writes nothing. */
  readonly pages: { readonly asPrinted: number; readonly corrected: number };
  /** 2P jumps between what is read (old image, or patch for an ADD) and what is written. */
  readonly regions: { readonly asPrinted: number; readonly corrected: number };
}

/** @param patchAddress where the patch file lies in flash. */
export function countAsPaper(
  operations: readonly Operation[],
  pageBytes: number,
  patchAddress: number,
): PaperCounts {
  const pages = { asPrinted: 0, corrected: 0 };
  const regions = { asPrinted: 0, corrected: 0 };
  for (const operation of operations) {
    const { destination } = operation;
    const n = lengthOf(operation);
    const source = sourceOf(operation, patchAddress);
    if (n === 0 || source === destination) continue;
    const printed = pagesAsPrinted(destination, n, pageBytes);
    pages.asPrinted += printed;
    regions.asPrinted += 2 * printed * regionTerms(source, destination);
    pages.corrected += pagesCorrected(destination, n, pageBytes);
    // Each page by itself: both addresses move on from page to page.
    for (let at = 0; at < n; at = nextPage(destination + at, pageBytes) - destination) {
      regions.corrected += 2 * regionTerms(source + at, destination + at);
    }
  }
  return { pages, regions };
}

const sourceOf = (operation: Operation, patchAddress: number): number =>
  operation.kind === 'copy' ? operation.source : patchAddress + (operation.fileOffset ?? 0);

const nextPage = (address: number, pageBytes: number): number =>
  (Math.floor(address / pageBytes) + 1) * pageBytes;
