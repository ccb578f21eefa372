/** What the node does with the groups of a rebuild: segment by segment, one segment of RAM.
 *  Source: firmware-fixtures/msp430f1611/README.md, "Rebuild".
 *  In a group that fills downwards each operation's bytes lie below those of the one before, themselves in the
 *  order of addresses. Leaves out: power cuts. */

import { RigError } from '../../errors.ts';
import { APP_START, FLASH_SEGMENT_BYTES, hex4, segmentOf } from './memory-map.ts';
import { memoryOf, type NodeImage } from './node-image.ts';
import type { Step } from './script.ts';

type NodeBytes = Pick<NodeImage, 'flash' | 'area'>;

export function rebuild(
  steps: readonly Step[],
  node: NodeBytes,
  resultBytes: number,
  file: string,
): NodeBytes {
  const memory = memoryOf(node);
  const buffer = new SegmentInWork(memory, file);
  for (const step of steps) {
    if (step.kind === 'up' || step.kind === 'down') buffer.begin(step.kind === 'up', step.at);
    else if (step.kind === 'add') buffer.fill(step.bytes.length, (i) => step.bytes[i]!);
    else buffer.fill(step.length, (i) => memory[step.from + i]!);
  }
  buffer.end();
  return {
    flash: memory.slice(APP_START, APP_START + resultBytes),
    area: new Uint8Array(0),
  };
}

class SegmentInWork {
  readonly #memory: Uint8Array;
  readonly #file: string;
  readonly #done = new Set<number>();
  #isUp = true;
  /** Up: the next address; down: the address behind it. */
  #at = 0;
  #segment = -1;
  #bytes = new Uint8Array(FLASH_SEGMENT_BYTES);

  constructor(memory: Uint8Array, file: string) {
    this.#memory = memory;
    this.#file = file;
  }

  begin(isUp: boolean, at: number): void {
    this.end();
    this.#isUp = isUp;
    this.#at = at;
  }
  /** @param byteAt of the operation's bytes in order of address, read when its segment is put together. */
  fill(length: number, byteAt: (i: number) => number): void {
    for (let k = 0; k < length; k++) {
      const i = this.#isUp ? k : length - 1 - k;
      const at = this.#isUp ? this.#at++ : --this.#at;
      this.#enter(segmentOf(at));
      this.#bytes[at % FLASH_SEGMENT_BYTES] = byteAt(i);
    }
  }
  end(): void {
    if (this.#segment < 0) return;
    this.#memory.set(this.#bytes, this.#segment * FLASH_SEGMENT_BYTES);
    this.#done.add(this.#segment);
    this.#segment = -1;
  }

  #enter(segment: number): void {
    if (segment === this.#segment) return;
    this.end();
    if (this.#done.has(segment)) {
      const found = `${hex4(segment * FLASH_SEGMENT_BYTES)} again`;
      const facts = { file: this.#file, what: 'a segment', found, expected: 'each once' };
      throw new RigError('EASILIR_SCRIPT', facts);
    }
    this.#segment = segment;
    const start = segment * FLASH_SEGMENT_BYTES;
    this.#bytes = this.#memory.slice(start, start + FLASH_SEGMENT_BYTES);
  }
}
