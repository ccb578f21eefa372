/** Applies an R3diff delta in place, page by page in its direction: a page is composed in RAM while the flash
 *  still reads as it was. Source: Dong et al. 2013 for the commands; the agent in firmware-fixtures/atmega32u4.
 *  Leaves out: the checks before (envelope.ts). */

import { RigError } from '../../errors.ts';
import { lengthOf, type Operation } from '../operations.ts';
import type { PageWriter } from '../page-writer.ts';

export interface R3Place {
  readonly descending: boolean;
  readonly pageBytes: number;
  /** Where the patch file lies in flash. */
  readonly patchAddress: number;
  /** Name for errors. */
  readonly file: string;
}

/** @throws where a COPY reads a page that is rewritten already. Checked before anything is. */
export function applyR3(operations: readonly Operation[], pages: PageWriter, place: R3Place): void {
  operations.forEach((operation, i) => {
    checkUntouched(operation, i, place);
  });
  for (const operation of operations) {
    const length = lengthOf(operation);
    for (let k = 0; k < length; k++) {
      const i = place.descending ? length - 1 - k : k;
      const to = operation.destination + i;
      if (operation.kind === 'copy') {
        const from = operation.source + i;
        pages.write(to, pages.readFlash(from), from);
      } else {
        pages.write(to, operation.bytes[i]!, place.patchAddress + (operation.fileOffset ?? 0) + i);
      }
    }
  }
  pages.flush();
}

function checkUntouched(operation: Operation, index: number, place: R3Place): void {
  if (operation.kind === 'add') return;
  const { descending, pageBytes, file } = place;
  const page = (address: number) => Math.floor(address / pageBytes);
  for (let i = 0; i < operation.length; i++) {
    const from = page(operation.source + i);
    const to = page(operation.destination + i);
    if (descending ? from <= to : from >= to) continue;
    const what = `command ${index}: the page it reads for page ${to}`;
    const expected = `one that is not yet rewritten (${descending ? 'up to' : 'from'} ${to})`;
    throw new RigError('PATCH_BODY', { file, what, found: from, expected });
  }
}
