/** What stands in RAM and registers after a power-on: seeded garbage, the same for the same seed.
 *  Source: static RAM comes up in a pattern of its own, never as zeros that firmware could rely on.
 *  Leaves out: remanence of an earlier content after a short loss of supply. */

/** xorshift32: 32 random bits a call. */
export function garbageStream(seed: number): () => number {
  let state = seed | 0 || 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
}

const known = new Map<string, Uint8Array>();

/** The same array for the same arguments: copy before changing. Every power-on asks for it. */
export function garbageBytes(seed: number, bytes: number): Uint8Array {
  const key = `${seed} ${bytes}`;
  let garbage = known.get(key);
  if (garbage === undefined) {
    garbage = new Uint8Array(Int32Array.from({ length: bytes >>> 2 }, garbageStream(seed)).buffer);
    known.set(key, garbage);
  }
  return garbage;
}
