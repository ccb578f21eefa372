/** Is a device still getting anywhere? What it may execute, raise, wait and restart without a sign of life.
 *  Source: DESIGN.md section 4, "every run has limits whose breach is an outcome".
 *  Leaves out: what counts as a sign of life (emulated-bench.ts says it). */

import type { Machine } from '../../emulator/machine/machine.ts';

/** A device that executes this much, waiting loops apart, without a frame, a flash operation or a reset makes no progress. */
const QUIET_INSTRUCTIONS = 8_000_000;
/** The same in virtual time, while a station asks. Far longer than four sends of one message, for bad lines. */
const QUIET_US = 600e6;
/** A device that raises this many events without one of these runs no program any more: erased flash, say. */
const QUIET_EVENTS = 20_000;
/** Flash operations without a frame between them. The whole flash of an LPC2478 in programs of 256 bytes is 2,016;
 *  a device that goes on for more than twice that is running rubbish, and would until its flash is worn out. */
const QUIET_OPERATIONS = 5_000;
/** Resets and power-ons in one run. */
const BOOT_LIMIT = 40;

/** Plain data, part of what a bench saves. */
export interface SavedProgress {
  /** Instruction count and time of the last sign of life, and events since. */
  readonly instructions: number;
  readonly at: number;
  readonly operations: number;
  readonly quietEvents: number;
  readonly limit: string | null;
}

export class ProgressLimits {
  /** The limit that ended the run early, or null. */
  reached: string | null = null;
  #instructions = 0;
  #at = 0;
  /** Since the last frame. */
  #operations = 0;
  readonly #machine: Machine;
  readonly #ticksPerUs: number;
  readonly #onLimit: () => void;
  /** What the event log had counted at the last sign of life; the log itself is not restored. */
  #eventsBefore = 0;

  constructor(machine: Machine, onLimit: () => void) {
    this.#machine = machine;
    this.#ticksPerUs = machine.rootHz / 1_000_000;
    this.#onLimit = onLimit;
    machine.events.onEvent = () => this.#onEvent();
  }

  save(): SavedProgress {
    const { reached: limit } = this;
    return {
      instructions: this.#instructions,
      at: this.#at,
      operations: this.#operations,
      quietEvents: this.#quietEvents,
      limit,
    };
  }
  restore(saved: SavedProgress): void {
    this.#instructions = saved.instructions;
    this.#at = saved.at;
    this.#operations = saved.operations;
    this.#eventsBefore = this.#machine.events.raised - saved.quietEvents;
    this.reached = saved.limit;
  }
  get #quietEvents(): number {
    return this.#machine.events.raised - this.#eventsBefore;
  }

  get #executed(): number {
    return this.#machine.cpu.instructionCount - this.#machine.skippedInstructions;
  }

  /** A sign of life, or a new chance for the device: the limits count from here. */
  mark(): void {
    this.#operations = 0;
    this.#markQuiet();
  }
  /** A flash operation is a sign of life as well, but not for ever.
   *  @param isNextWord it belongs to the one before it. */
  markOperation(isNextWord: boolean): void {
    this.#markQuiet();
    if (!isNextWord && ++this.#operations > QUIET_OPERATIONS)
      this.#end(`${QUIET_OPERATIONS} quiet operations`);
  }
  #markQuiet(): void {
    this.#instructions = this.#executed;
    this.#at = this.#machine.now;
    this.#eventsBefore = this.#machine.events.raised;
  }
  check(): void {
    if (this.#executed - this.#instructions > QUIET_INSTRUCTIONS)
      this.#end(`${QUIET_INSTRUCTIONS} quiet instructions`);
    else if (this.#machine.now - this.#at > QUIET_US * this.#ticksPerUs)
      this.#end(`${QUIET_US / 1e6} s quiet`);
  }
  checkBoots(boots: number): void {
    if (boots >= BOOT_LIMIT) this.#end(`${BOOT_LIMIT} boots`);
  }
  /** At once: a device that runs rubbish raises an event with nearly every instruction. */
  #onEvent(): void {
    if (this.#quietEvents > QUIET_EVENTS) this.#end(`${QUIET_EVENTS} events and no program`);
  }
  #end(what: string): void {
    this.reached ??= what;
    this.#onLimit();
    this.#machine.stop();
  }
}
