/** Boards that can be observed, one line each. */

import { atmega32u4Node } from '../boards/atmega32u4-node.ts';
import { lpc2478Terminal } from '../boards/lpc2478-terminal.ts';
import { observedEz240 } from './ez240.ts';
import type { ObservedKind } from './observed.ts';
import { observedSerialBoard } from './serial-board.ts';

export const observedBoards = {
  ez240: observedEz240,
  'lpc2478-terminal': observedSerialBoard(lpc2478Terminal, ['protocol', 'console']),
  'atmega32u4-node': observedSerialBoard(atmega32u4Node, ['protocol']),
} satisfies Record<string, ObservedKind>;
export type ObservedBoardName = keyof typeof observedBoards;
export const OBSERVED_BOARDS = Object.keys(observedBoards) as ObservedBoardName[];

export type { Input, InputKind, ObservedBoard, ObservedKind, Output } from './observed.ts';
