/** What the emulator offers to others: boards, chips, and the types of what they are made of. */

export { type AvrNode, createAvrNode } from './boards/avr-node.ts';
export { createEz240, type Ez240, type Ez240Options } from './boards/ez240.ts';
export { createPowerTerminal, type PowerTerminal } from './boards/power-terminal.ts';
export {
  type Atmega32u4,
  type Atmega32u4Options,
  createAtmega32u4,
} from './chips/atmega32u4.ts';
export { type ChipName, chipNames, chips, listGaps } from './chips/index.ts';
export { createLpc2478, type Lpc2478, type Lpc2478Options } from './chips/lpc2478.ts';
export {
  createMsp430f1611,
  type Msp430f1611,
  type Msp430f1611Options,
} from './chips/msp430f1611.ts';
export { createArm7tdmi } from './cpu/arm7tdmi/index.ts';
export {
  type Avr,
  type AvrIo,
  type AvrOptions,
  type AvrSystem,
  createAvr,
} from './cpu/avr/index.ts';
export type { NorArray, NorOperation, NorOptions } from './flash/nor-array.ts';
export type { TornModel } from './flash/torn.ts';
export type { Cpu } from './machine/cpu.ts';
export { EVENT_KINDS, type EventKind, type MachineEvent, type Policy } from './machine/events.ts';
export { Machine, type StopReason } from './machine/machine.ts';
export type { GapRow } from './machine/registers.ts';
export type { Snapshot } from './machine/snapshot.ts';
export type { AvrUsart } from './peripherals/avr/usart.ts';
export type { Uart } from './peripherals/lpc2000/uart.ts';
export type { PinLevel } from './peripherals/shared/pin-level.ts';
export type { PeerSettings } from './peripherals/shared/uart-line.ts';
export type { Wave } from './peripherals/shared/waveform.ts';
export type { AvrResetCause } from './power/atmega32u4-resets.ts';
export type { ResetCause } from './power/lpc2478-resets.ts';
