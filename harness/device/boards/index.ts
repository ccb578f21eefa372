/** The boards, one line each. */

import type { BoardName } from '../../request.ts';
import type { BoardKind } from './board.ts';
import { lpc2478Terminal } from './lpc2478-terminal.ts';

export const boards = {
  'lpc2478-terminal': lpc2478Terminal,
} satisfies Record<BoardName, BoardKind>;
