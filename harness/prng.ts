/** The one source of chance in the harness: seeded, and its state is a number that can be saved.
 *  Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014, with a 32-bit
 *  state and the finaliser of MurmurHash3. Leaves out: cryptographic strength; none is claimed. */

const GOLDEN = 0x9e3779b9;

export class Prng {
  /** 32 bits: the whole state. */
  state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** 0 to 2^32 - 1. */
  next(): number {
    this.state = (this.state + GOLDEN) >>> 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  }

  /** 0 to `below` - 1. */
  below(below: number): number {
    return Math.floor((this.next() / 2 ** 32) * below);
  }

  /** True with this probability, 0 to 1. Draws exactly once, whatever the probability. */
  chance(probability: number): boolean {
    return this.next() / 2 ** 32 < probability;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.next() & 0xff);
  }
}
