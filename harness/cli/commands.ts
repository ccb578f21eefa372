/** The commands of `flashrig`, in the order of its help. Add yours here.
 *  Source: STYLE.md rule 12. Leaves out: what they do (one file each). */

import type { RegisterCommand } from './command.ts';
import { deltaCommand } from './delta.ts';
import { demoCommand } from './demo.ts';
import { emulateCommand } from './emulate.ts';
import { equivalentCommand } from './equivalent.ts';
import { gapsCommand } from './gaps.ts';
import { imageCommand } from './image.ts';
import { replayCommand } from './replay.ts';
import { scenariosCommand } from './scenarios.ts';
import { verifyCommand } from './verify.ts';

export const COMMANDS: readonly RegisterCommand[] = [
  verifyCommand,
  replayCommand,
  scenariosCommand,
  demoCommand,
  emulateCommand,
  gapsCommand,
  imageCommand,
  deltaCommand,
  equivalentCommand,
];
