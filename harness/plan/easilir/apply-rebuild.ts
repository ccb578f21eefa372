/** What the node does with the groups of a rebuild: segment by segment, one segment of RAM.
 *  Source: firmware-fixtures/msp430f1611/README.md, "Rebuild".
 *  In a group that fills downwards each operation's bytes lie below those of the one before, themselves in the
 *  order of addresses. Leaves out: power cuts. */

import { RigError } from '../../errors.ts';
import { type MapRange, translate } from './address-map.ts';
import { APP_START, FLASH_SEGMENT_BYTES, hex4, segmentOf, wordOf } from './memory-map.ts';
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
  let ranges: readonly MapRange[] = [];
  let isUp = true;
  for (const step of steps) {
    if (step.kind === 'up' || step.kind === 'down') {
      isUp = step.kind === 'up';
      buffer.begin(isUp, step.at);
    } else if (step.kind === 'map') ranges = step.ranges;
    else if (step.kind === 'adjust') {
      const words = wordsOf(step, isUp);
      buffer.fill(step.length, (i) => {
        const word = i - (i % 2);
        if (!words.has(word)) return memory[step.from + i]!;
        const moved = translate(ranges, wordOf(memory, step.from + word));
        return (i % 2 === 0 ? moved : moved >>> 8) & 0xff;
      });
    } else if (step.kind === 'add') buffer.fill(step.bytes.length, (i) => step.bytes[i]!);
    else buffer.fill(step.length, (i) => memory[step.from + i]!);
  }
  buffer.end();
  return {
    flash: memory.slice(APP_START, APP_START + resultBytes),
    area: new Uint8Array(0),
  };
}

/** Offsets of the words of a copy that are translated. */
function wordsOf({ length, skips }: Extract<Step, { kind: 'adjust' }>, isUp: boolean): Set<number> {
  const words = new Set<number>();
  let at = isUp ? 0 : length;
  for (const skip of skips) {
    at += isUp ? skip : -skip - 2;
    words.add(at);
    if (isUp) at += 2;
  }
  return words;
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
