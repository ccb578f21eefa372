/** Who called an operation, as far as the stack shows it. A hint for people, not a proof: a dead word of an
 *  earlier call of the same function can slip in. Leaves out: how a chip's calls look (each board says it). */

/** What was called begins at most that far below the address in it; a longer function ends the chain. */
const MAX_FUNCTION_BYTES = 1024;

/** One word further up the stack: it belongs to the chain when it stands behind a call of the function that the
 *  chain ends in. @param target what the call in front of `address` calls, or null.
 *  @returns whether the chain grew. */
export function extendCallChain(chain: number[], address: number, target: number | null): boolean {
  const inner = chain.at(-1)!;
  if (target === null || target > inner || inner - target >= MAX_FUNCTION_BYTES) return false;
  chain.push(address);
  return true;
}
