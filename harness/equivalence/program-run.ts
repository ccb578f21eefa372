/** One program on its board: run in steps, given its inputs, its outputs kept in order.
 *  Leaves out: the other program. */

import type { MachineEvent } from '../../emulator/machine/events.ts';
import type { ObservedBoard, Output } from '../device/observed/index.ts';
import { ANY_CHANNEL, type StimulusEntry } from './stimulus.ts';

/** More would be a program that does nothing but, and a report that nobody reads. */
export const MAX_OUTPUTS = 1_000_000;

/** Channel of the end of a program that has lost its way. */
export const CRASH = 'crash';

interface Due {
  readonly atUs: number;
  readonly entry: StimulusEntry;
}

export class ProgramRun {
  readonly board: ObservedBoard;
  /** In the order in which they happened on the board. */
  readonly outputs: Output[] = [];
  readonly byChannel = new Map<string, Output[]>();
  /** Inputs that were given. */
  given = 0;
  readonly #ticksPerUs: number;
  /** By time; those of one time in the order of the text. */
  readonly #due: Due[];
  #tied: StimulusEntry[];
  #targetUs = 0;
  #isLost = false;

  constructor(board: ObservedBoard, stimulus: readonly StimulusEntry[]) {
    this.board = board;
    this.#ticksPerUs = board.machine.rootHz / 1e6;
    this.#due = stimulus
      .flatMap((entry) => (entry.when.kind === 'at' ? [{ atUs: entry.when.us, entry }] : []))
      .sort((a, b) => a.atUs - b.atUs);
    this.#tied = stimulus.filter(({ when }) => when.kind === 'after');
    board.onOutput = (output) => this.#onOutput(output);
    board.machine.events.onEvent = (event) => this.#onEvent(event);
    board.powerOn();
  }

  get nowUs(): number {
    return this.board.machine.now / this.#ticksPerUs;
  }
  get isFull(): boolean {
    return this.outputs.length >= MAX_OUTPUTS;
  }

  /** It met an undefined instruction: what it does from there on is nobody's program, and it is not run on. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Run until virtual time `us`, or until there are too many outputs. */
  runTo(us: number): void {
    const { machine } = this.board;
    const limit = Math.round(us * this.#ticksPerUs);
    while (machine.now < limit && !this.isFull && !this.#isLost) {
      this.#giveDue();
      this.#targetUs = Math.min(us, this.#due[0]?.atUs ?? us);
      machine.runUntil(Math.min(limit, Math.ceil(this.#targetUs * this.#ticksPerUs)));
    }
  }

  #giveDue(): void {
    while (
      this.#due.length > 0 &&
      this.#due[0]!.atUs * this.#ticksPerUs <= this.board.machine.now
    ) {
      const { entry } = this.#due.shift()!;
      this.given++;
      this.board.apply(entry.input);
    }
  }
  #onEvent({ kind, at, pc, where, detail }: MachineEvent): void {
    if (kind !== 'undefined-instruction' || this.#isLost) return;
    this.#isLost = true;
    const value = `undefined instruction ${detail} at ${where}`;
    this.#onOutput({ channel: CRASH, value, atUs: at / this.#ticksPerUs, chain: [pc] });
    this.board.machine.stop();
  }
  #onOutput(output: Output): void {
    this.outputs.push(output);
    const { channel } = output;
    const same = this.byChannel.get(channel);
    if (same === undefined) this.byChannel.set(channel, [output]);
    else same.push(output);
    if (this.isFull) this.board.machine.stop();
    if (this.#tied.length > 0) this.#release(output);
  }
  #release(output: Output): void {
    const rest: StimulusEntry[] = [];
    for (const entry of this.#tied) {
      const { when } = entry;
      if (when.kind !== 'after') continue;
      const isAny = when.channel === ANY_CHANNEL;
      const outputs = isAny ? this.outputs : this.byChannel.get(output.channel)!;
      const isMeant = (isAny || when.channel === output.channel) && outputs.length === when.count;
      if (isMeant) this.#insert({ atUs: output.atUs + when.delayUs, entry });
      else rest.push(entry);
    }
    this.#tied = rest;
  }
  #insert(due: Due): void {
    const at = this.#due.findIndex(({ atUs }) => atUs > due.atUs);
    this.#due.splice(at < 0 ? this.#due.length : at, 0, due);
    if (due.atUs < this.#targetUs) this.board.machine.stop();
  }
}
