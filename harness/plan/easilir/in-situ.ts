/** In situ modification: from a node and a new program to a script, and the node as it will be.
 *  Source: Qiu et al. 2014, 4.1. */

import { sealNodeFile } from '../node-file.ts';
import { commandsFor } from './commands.ts';
import { countInSitu, type InSituCounts } from './counts.ts';
import { emit, nodeAfter } from './emit.ts';
import { keysOf } from './keys.ts';
import { layOut } from './layout.ts';
import { type MatchCosts, matchItems, UPDATE_COSTS } from './match.ts';
import { APP_START } from './memory-map.ts';
import { withMoves } from './moves.ts';
import { memoryOf, type NodeImage } from './node-image.ts';
import type { Program } from './program.ts';
import { type Command, encodeCommands } from './script.ts';

export interface Update {
  /** As it is sent. */
  readonly file: Uint8Array;
  readonly node: NodeImage;
}

export interface InSitu extends Update {
  readonly commands: readonly Command[];
  readonly counts: InSituCounts;
}

/** @throws RigError EASILIR_AREA where the ifunction area is too small. */
export function planInSitu(
  old: NodeImage,
  program: Program,
  costs: MatchCosts = UPDATE_COSTS,
): InSitu {
  const [oldKeys, newKeys] = keysOf(old.program, program);
  const { oldOf } = matchItems(oldKeys!, newKeys!, costs);
  const layout = layOut(old, program, oldOf);
  const emitted = emit(layout, old);
  const flash = { start: APP_START, end: APP_START + old.flash.length };
  const replacing = commandsFor(layout, emitted, old);
  const commands = withMoves(replacing, memoryOf(old), emitted.memory, flash);
  const node = nodeAfter(layout, emitted, old);
  const file = fileOf('in-situ', old, node, encodeCommands(commands));
  const counted = { fileBytes: file.length, commands, before: old, after: node };
  return { commands, node, file, counts: countInSitu({ ...counted, live: emitted.live }) };
}

type NodeBytes = Pick<NodeImage, 'flash' | 'area'>;

export const fileOf = (
  kind: 'in-situ' | 'rebuild',
  old: NodeBytes,
  after: NodeBytes,
  body: Uint8Array,
): Uint8Array =>
  sealNodeFile({
    ...{ kind, base: old.flash, after: after.flash, body },
    ...{ areaBefore: old.area, areaAfter: after.area },
  });
