/** The boards, one line each. */

import type { BoardName } from '../../request.ts';
import { atmega32u4Node } from './atmega32u4-node.ts';
import type { BoardKind } from './board.ts';
import { ez240Board } from './ez240.ts';
import { lpc2478Terminal } from './lpc2478-terminal.ts';

export const boards = {
  'lpc2478-terminal': lpc2478Terminal,
  'atmega32u4-node': atmega32u4Node,
  ez240: ez240Board,
} satisfies Record<BoardName, BoardKind>;
