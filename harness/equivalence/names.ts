/** Addresses of a program in words: the function, or the area, beside the hex.
 *  Leaves out: lines of source. */

import type { AddressRange } from '../device/observed/observed.ts';
import type { SymbolEntry } from '../image/firmware-image.ts';
import { symbolNamer } from '../image/symbols.ts';

export const PATCH_AREA = 'ifunction area';

export interface Place {
  readonly address: number;
  /** Null where no symbol covers it. */
  readonly name: string | null;
}

export type Namer = (address: number) => string | null;

export function placeNamer(symbols: readonly SymbolEntry[], patchRam: AddressRange | null): Namer {
  const functionAt = symbolNamer(symbols);
  return (address) => {
    const name = functionAt(address);
    if (name !== null || patchRam === null) return name;
    return address >= patchRam.address && address < patchRam.end ? PATCH_AREA : null;
  };
}

export const placesOf = (chain: readonly number[], namer: Namer): Place[] =>
  chain.filter((address) => address >= 0).map((address) => ({ address, name: namer(address) }));
