/** simavr as a process: simavr-lockstep.c, compiled on first use, bytes in and bytes out.
 *  Leaves out: what the replies mean (avr-lockstep.ts). */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needPeer } from './peers.ts';

export const CASE_BYTES = 64;
export const REPLY_BYTES = 96;

export interface OracleProgram {
  readonly program: string;
  readonly remove: () => void;
}

/** Builds the helper; null where simavr or a compiler is missing. */
export function buildSimavr(): OracleProgram | null {
  if (needPeer('simavr') === null || needPeer('gcc') === null) return null;
  const folder = mkdtempSync(join(tmpdir(), 'flashrig-simavr-'));
  const program = join(folder, 'simavr-lockstep');
  const source = fileURLToPath(new URL('./simavr-lockstep.c', import.meta.url));
  const options = ['-O2', '-I/usr/include/simavr', '-o', program, source, '-lsimavr'];
  execFileSync('gcc', options, { stdio: 'pipe' });
  return { program, remove: () => rmSync(folder, { recursive: true }) };
}

export class SimavrOracle {
  readonly #process: ChildProcess;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #wake: (() => void) | null = null;
  #ended = false;

  constructor(program: string) {
    this.#process = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.stdout!.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      this.#wake?.();
    });
    this.#process.on('close', () => {
      this.#ended = true;
      this.#wake?.();
    });
  }
  #send(head: readonly number[], body?: Uint8Array): void {
    this.#process.stdin!.write(Buffer.from(Uint32Array.from(head).buffer));
    if (body !== undefined) this.#process.stdin!.write(Uint8Array.from(body));
  }
  putProgram(offset: number, bytes: Uint8Array): void {
    this.#send([1, offset, bytes.length], bytes);
  }
  putData(offset: number, bytes: Uint8Array): void {
    this.#send([2, offset, bytes.length], bytes);
  }
  async runCases(cases: Uint8Array): Promise<Buffer> {
    const count = cases.length / CASE_BYTES;
    this.#send([3, count], cases);
    return this.#read(count * REPLY_BYTES);
  }
  async runSteps(count: number): Promise<Buffer> {
    this.#send([4, count]);
    return this.#read(count * REPLY_BYTES);
  }
  async dump(bytes: number): Promise<Buffer> {
    this.#send([5]);
    return this.#read(bytes);
  }
  goTo(pcWord: number): void {
    this.#send([7, pcWord]);
  }
  close(): void {
    this.#process.stdin!.end();
  }

  async #read(count: number): Promise<Buffer> {
    while (this.#bytes < count) {
      if (this.#ended) throw new Error('the simavr helper ended early');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all.subarray(count)];
    this.#bytes = all.length - count;
    return all.subarray(0, count);
  }
}
