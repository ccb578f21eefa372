/** Unicorn as a process: unicorn-lockstep.c, compiled on first use, words in and words out.
 *  Leaves out: what the replies mean (lockstep.ts). */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Case } from './arm-cases.ts';

const CASE_IN = 18;

/** Builds the helper. @returns the path of the program and a function that removes it. */
export function buildOracle(): { program: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'flashrig-lockstep-'));
  const program = join(folder, 'unicorn-lockstep');
  const source = fileURLToPath(new URL('./unicorn-lockstep.c', import.meta.url));
  execFileSync('gcc', ['-O2', '-o', program, source, '-lunicorn'], { stdio: 'pipe' });
  return { program, remove: () => rmSync(folder, { recursive: true }) };
}

/** The helper process: requests in, replies out, in order. */
export class Oracle {
  readonly #process: ChildProcess;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #wake: (() => void) | null = null;
  #ended = false;

  constructor(program: string) {
    this.#process = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.stdout!.on('data', (chunk: Buffer) => {
      this.#pending.push(chunk);
      this.#pendingBytes += chunk.length;
      this.#wake?.();
    });
    this.#process.on('close', () => {
      this.#ended = true;
      this.#wake?.();
    });
  }
  send(words: Uint32Array): void {
    this.#process.stdin!.write(Buffer.from(words.buffer, words.byteOffset, words.byteLength));
  }
  close(): void {
    this.#process.stdin!.end();
  }
  /** At least `count` words that have not been consumed yet; `consume` says how many were used. */
  async words(count: number): Promise<Uint32Array> {
    while (this.#pendingBytes < count * 4) {
      if (this.#ended) throw new Error('the Unicorn helper ended early');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    const all = Buffer.concat(this.#pending);
    this.#pending = [all];
    const copy = new Uint8Array(all.length & ~3);
    copy.set(all.subarray(0, copy.length));
    return new Uint32Array(copy.buffer);
  }
  consume(count: number): void {
    const all = Buffer.concat(this.#pending);
    this.#pending = [all.subarray(count * 4)];
    this.#pendingBytes = all.length - count * 4;
  }
}

/** Request 3: run these cases, case i from `first` + 8 i on. */
export function casesRequest(first: number, cases: readonly Case[]): Uint32Array {
  const words = new Uint32Array(2 + cases.length * CASE_IN);
  words[0] = 3;
  words[1] = cases.length;
  for (const [i, { cpsr, spsr, r }] of cases.entries()) {
    const at = 2 + i * CASE_IN;
    words[at] = first + 8 * i;
    words[at + 1] = cpsr;
    words[at + 2] = spsr;
    words.set(r as unknown as Uint32Array, at + 3);
  }
  return words;
}
