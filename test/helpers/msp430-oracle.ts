/** mspdebug's simulator as one long-lived process: commands in, text out, many commands at a time.
 *  Its tracer device counts instructions and cycles. Leaves out: what the answers mean (msp430-lockstep.ts). */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needPeer } from './peers.ts';

export const findMspdebug = (): string | null => needPeer('mspdebug');

/** State after a run of steps. */
export interface Reply {
  /** R0 to R15. */
  readonly registers: readonly number[];
  readonly instructions: number;
  readonly cycles: number;
}

const COUNTERS = /Instruction count:\s+(\d+)\s+MCLK:\s+(\d+)/;
const SHOW = 'simio info tracer';
/** Asked for last, past any error in a file of commands, which ends that file. */
const LAST = 'opt iradix';
const END = /iradix = 0x/;
const END_WINDOW = 100;
/** Of what mspdebug never came to. */
const NOTHING: Reply = { registers: [], instructions: -1, cycles: -1 };

export class MspdebugOracle {
  readonly #process: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), 'flashrig-mspdebug-'));
  #text = '';
  #wake: (() => void) | null = null;
  #ended = false;
  #last: Reply = { registers: [], instructions: 0, cycles: 0 };

  constructor(program: string) {
    this.#process = spawn(program, ['-n', '-q', 'sim'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#process.stdout!.setEncoding('latin1').on('data', (chunk: string) => {
      this.#text += chunk;
      if (END.test(this.#text.slice(-END_WINDOW))) this.#wake?.();
    });
    this.#process.on('close', () => {
      this.#ended = true;
      this.#wake?.();
    });
    this.#process.stdin!.write('simio add tracer tracer\n');
  }

  /** Each group of commands ends with a look at the counters. @returns what it left behind. */
  async run(groups: readonly (readonly string[])[]): Promise<Reply[]> {
    const text = await this.#ask(groups.map((group) => [...group, SHOW]));
    const parts = text.split(/\sACLK:.*/);
    return groups.map((_group, i) => this.#replyIn(parts[i] ?? ''));
  }
  #replyIn(part: string): Reply {
    const counters = COUNTERS.exec(part);
    if (counters === null) return NOTHING;
    const [, instructions, cycles] = counters.map(Number);
    const registers = registersIn(part);
    const now = {
      instructions: instructions!,
      cycles: cycles!,
      registers: registers.length === 0 ? this.#last.registers : registers,
    };
    const reply = {
      registers: now.registers,
      instructions: now.instructions - this.#last.instructions,
      cycles: now.cycles - this.#last.cycles,
    };
    this.#last = now;
    return reply;
  }
  async putMemory(address: number, bytes: Uint8Array): Promise<void> {
    const path = join(this.#folder, 'put.bin');
    writeFileSync(path, bytes);
    await this.run([[`load_raw ${path} 0x${address.toString(16)}`]]);
  }
  async getMemory(address: number, bytes: number): Promise<Buffer> {
    const path = join(this.#folder, 'get.bin');
    await this.run([[`save_raw 0x${address.toString(16)} ${bytes} ${path}`]]);
    return readFileSync(path);
  }
  /** Text of a command. */
  async text(command: string): Promise<string> {
    return await this.#ask([[command, SHOW]]);
  }
  close(): void {
    this.#process.stdin!.end();
    this.#process.kill();
    rmSync(this.#folder, { recursive: true });
  }

  /** From a file: what mspdebug reads from its input it reads by the byte, with three system calls each. */
  #send(commands: readonly string[]): void {
    const path = join(this.#folder, 'commands');
    writeFileSync(path, `${commands.join('\n')}\n`);
    this.#process.stdin!.write(`read ${path}\n${LAST}\n`);
  }
  async #ask(groups: readonly (readonly string[])[]): Promise<string> {
    this.#text = '';
    const done = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#send(groups.flat());
    await done;
    if (this.#ended) throw new Error(`mspdebug has ended: ${this.#text.slice(-400)}`);
    return this.#text;
  }
}

/** The last four rows of registers; in columns, PC and R4 and R8 and R12 in the first. */
function registersIn(text: string): number[] {
  const values = [...text.matchAll(/\(\s*(PC|SP|SR|R\d+): ([0-9a-f]{5})\)/g)].slice(-16);
  if (values.length < 16) return [];
  const names: Readonly<Record<string, number>> = { PC: 0, SP: 1, SR: 2 };
  const registers = new Array<number>(16).fill(0);
  for (const [, name, value] of values) {
    registers[names[name!] ?? Number(name!.slice(1))] = Number.parseInt(value!, 16);
  }
  return registers;
}
