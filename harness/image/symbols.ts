/** Names for addresses, from an image's symbols. */

import type { SymbolEntry } from './firmware-image.ts';

/** What a compiler adds to the name of a copy that it made of a function: no programmer wrote it. */
const CLONE_SUFFIX = /\.(?:lto_priv|constprop|part|isra|cold)(?:\.\d+)?/g;

/** A function that gives the name of the code an address lies in, or null. */
export function symbolNamer(symbols: readonly SymbolEntry[]): (address: number) => string | null {
  const functions = symbols
    .filter((symbol) => symbol.kind === 'function' && symbol.bytes > 0)
    .sort((a, b) => a.address - b.address);
  return (address) => {
    let low = 0;
    let high = functions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (functions[middle]!.address <= address) low = middle + 1;
      else high = middle;
    }
    const found = functions[low - 1];
    return found !== undefined && address < found.address + found.bytes
      ? found.name.replace(CLONE_SUFFIX, '')
      : null;
  };
}
