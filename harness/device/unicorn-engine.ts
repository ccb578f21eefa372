/** tmp */
import type { Cpu } from '../../emulator/machine/cpu.ts';
export const createUnicornCpu = (): Cpu => {
  throw new Error('x');
};
