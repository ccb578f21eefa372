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

export function garbageBytes(seed: number, bytes: number): Uint8Array {
  const next = garbageStream(seed);
  const words = Int32Array.from({ length: bytes >>> 2 }, next);
  return new Uint8Array(words.buffer);
}
