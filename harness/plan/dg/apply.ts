/** Applies a DG delta in place, as the agent on the device does: operation after operation, one page in RAM.
 *  Source: Kachman and Balaz 2016, section 4.1; the agent in firmware-fixtures/atmega32u4.
 *  Leaves out: the checks before (envelope.ts) and the journal of dg-safe, which changes no step. */

import type { Operation } from '../operations.ts';
import type { PageWriter } from '../page-writer.ts';

/** @param patchAddress where the patch file lies in flash. */
export function applyDg(
  operations: readonly Operation[],
  pages: PageWriter,
  patchAddress: number,
): void {
  for (const operation of operations) {
    if (operation.kind === 'add') {
      const { destination, bytes, fileOffset = 0 } = operation;
      const from = patchAddress + fileOffset;
      for (let i = 0; i < bytes.length; i++) pages.write(destination + i, bytes[i]!, from + i);
      continue;
    }
    const { source, destination, length } = operation;
    // From the end where a COPY moves up: it may overlap itself.
    const fromEnd = destination > source;
    for (let k = 0; k < length; k++) {
      const i = fromEnd ? length - 1 - k : k;
      pages.write(destination + i, pages.readFlash(source + i), source + i);
    }
  }
  pages.flush();
}
