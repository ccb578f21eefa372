/** Seeded noise for flash cells: hashes and random bit masks, a function of their arguments only.
 *  Source: none, this is a tool of the model. Leaves out: cryptographic quality. */

/** Spread the bits of a 32-bit number; every input bit reaches every output bit. */
export function spread(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  return (x ^ (x >>> 16)) | 0;
}

/** 32 noise bits for (seed, place, count). */
export const noiseAt = (seed: number, place: number, count: number): number =>
  spread(
    spread(spread(seed ^ 0x5bd1e995) ^ Math.imul(place, 0x9e3779b1)) + Math.imul(count, 0x85ebca6b),
  );

/** A stream of 32-bit masks in which each bit is 1 with a given probability. */
export interface MaskStream {
  /** @param probability in 256ths: 0 = no bit, 256 = every bit. */
  mask(probability: number): number;
}

export function maskStream(seed: number): MaskStream {
  const start = spread(seed ^ 0x3c6ef372);
  let count = 0;
  return {
    mask(probability) {
      if (probability <= 0) return 0;
      if (probability >= 256) return -1;
      // Binary expansion of the probability, lowest bit first: OR halves the distance to 1, AND to 0.
      let mask = 0;
      for (let bit = 0; bit < 8; bit++) {
        count = (count + 1) | 0;
        const noise = spread(start + Math.imul(count, 0x9e3779b1));
        mask = ((probability >>> bit) & 1) === 1 ? mask | noise : mask & noise;
      }
      return mask;
    },
  };
}
