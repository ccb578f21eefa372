/** What every CPU core offers the machine. Cores are replaceable (DESIGN.md 3.7): the interpreter is
 *  the reference, other engines must agree with it in lock-step. */

export interface Cpu {
  readonly engine: 'interpreter' | 'unicorn';
  /** False where the engine knows no instruction timing: one instruction is then one cycle. */
  readonly countsCycles: boolean;
  /** Core state as after a reset; memory is untouched. */
  reset(): void;
  /** Execute until `clock.now >= clock.sliceEnd`. Advances `clock.now`; sets no events itself. */
  run(): void;
  /** Execute exactly one instruction (or take one pending exception). */
  step(): void;
  /** Like `step`, with every store through `bus.write`, so that `bus.sideEffects` counts it. Engines that
   *  cannot do so leave this and the next two out, and their waiting loops are not skipped. */
  stepObserved?(): void;
  /** All registers and banks; equal words = equal core state. */
  readonly state?: Int32Array;
  /** Add instructions that were skipped, not executed, to `instructionCount`. */
  countSkipped?(instructions: number): void;
  /** Level of an interrupt input: ARM7TDMI 0 = IRQ, 1 = FIQ. Takes effect before the next instruction. */
  setInterrupt(line: number, asserted: boolean): void;
  /** Address of the next instruction. */
  pc: number;
  getRegister(name: string): number;
  setRegister(name: string, value: number): void;
  readonly registerNames: readonly string[];
  /** Executed instructions since the machine was made, for `speed` and reports. */
  readonly instructionCount: number;
  /** Extra cycles of each instruction fetched from flash (MAM settings). */
  flashWaitCycles?: number;
  /** Code may have changed behind the core's back: the memory map, or what a page shows. */
  invalidateCode?(): void;
}
