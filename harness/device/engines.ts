/** The CPU engines a bench can run: the board's own interpreter, or a Unicorn found on the machine. */

import type { Cpu } from '../../emulator/machine/cpu.ts';
import type { Machine } from '../../emulator/machine/machine.ts';
import type { EngineName } from '../request.ts';
import { createUnicornEngine } from './unicorn-engine.ts';

/** Undefined = the interpreter that belongs to the chip. */
export function engineFactory(engine: EngineName): ((machine: Machine) => Cpu) | undefined {
  return engine === 'unicorn' ? createUnicornEngine : undefined;
}
