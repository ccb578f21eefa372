/** Runs a course of the boot loader's client on an emulated board, in virtual time, through its pins. */

import type { Machine } from '../../emulator/machine/machine.ts';
import type { PinLevel } from '../../emulator/peripherals/shared/pin-level.ts';
import type { BslCourse, BslStep } from '../transport/bsl/client.ts';
import type { SerialPort } from './boards/board.ts';

/** RST, TCK and the serial line at P1.1 and P2.2 of a board. */
export interface BslBoard {
  readonly chip: {
    readonly machine: Machine;
    setResetPin(level: Exclude<PinLevel, 'float'>): void;
    setTckPin(level: Exclude<PinLevel, 'float'>): void;
  };
  readonly bslPort: SerialPort;
}

/** Looked at this often while an answer is awaited. */
const LOOK_US = 200;
const CHARACTER_BITS = 11;

/** @param onStep before each step; true ends the course there, and undefined is returned. */
export function runBslOnBoard<T>(
  board: BslBoard,
  course: BslCourse<T>,
  onStep: (step: BslStep) => boolean = () => false,
): T | undefined {
  for (let turn = course.next(); ; ) {
    if (turn.done === true) return turn.value;
    if (onStep(turn.value)) return undefined;
    const answer = take(board, turn.value);
    turn = course.next(answer);
  }
}

function take({ chip, bslPort }: BslBoard, step: BslStep): Uint8Array {
  const { machine } = chip;
  const pass = (us: number) =>
    machine.runUntil(machine.now + Math.round((us * machine.rootHz) / 1e6));
  const heard: number[] = [];
  switch (step.kind) {
    case 'lines':
      chip.setTckPin(step.tck);
      chip.setResetPin(step.rst);
      break;
    case 'wait':
      pass(step.us);
      break;
    case 'rate':
      bslPort.setPeer({ baud: step.baud, parity: 'even', stopBits: 1 });
      break;
    case 'talk': {
      const before = bslPort.onTransmit;
      bslPort.onTransmit = (byte) => heard.push(byte);
      bslPort.send(step.bytes);
      pass((step.bytes.length * CHARACTER_BITS * 1e6) / bslPort.line.peer.baud);
      for (let us = 0; us < step.withinUs && !step.isWhole(Uint8Array.from(heard)); us += LOOK_US) {
        pass(LOOK_US);
      }
      bslPort.onTransmit = before;
      break;
    }
  }
  return Uint8Array.from(heard);
}
