/** "Did you mean": the nearest of a list of names.
 *  Source: edit distance by Wagner and Fischer, 1974. Leaves out: transpositions as one step. */

/** Steps (insert, delete, replace) from one word to the other. */
export function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = above[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, above[column]! + 1, current[column - 1]! + 1));
    }
    above = current;
  }
  return above[to.length]!;
}

/** @returns the nearest name if it is near enough to be a slip (a third of its letters), else null. */
export function nearest(word: string, names: readonly string[]): string | null {
  let best: { name: string; steps: number } | null = null;
  for (const name of names) {
    const steps = editDistance(word.toLowerCase(), name.toLowerCase());
    if (steps <= Math.max(1, name.length / 3) && (best === null || steps < best.steps)) {
      best = { name, steps };
    }
  }
  return best?.name ?? null;
}

/** `, did you mean X?` without the question mark, or nothing: the tail of a sentence. */
export const didYouMean = (word: string, names: readonly string[]): string => {
  const name = nearest(word, names);
  return name === null ? '' : `; did you mean ${name}`;
};
