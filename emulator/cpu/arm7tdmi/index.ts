/** The ARM7TDMI core as chips and tools see it. */

export { Arm7tdmi, createArm7tdmi } from './execute.ts';
export { MODE, REGISTER_NAMES } from './registers.ts';
