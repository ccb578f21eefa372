/** A sensor node's program changed into the next one, as EasiLIR leaves it in the node, without a node.
 *  Source: harness/plan/easilir. Leaves out: sending it (run-update.ts), and whether it does the same (equivalence). */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { writeHex } from './image/hex-write.ts';
import { readImageFile } from './image/read-image.ts';
import {
  type EasilirPlan,
  freshNode,
  imageOfNode,
  type NodeImage,
  nodeFromJson,
  nodeToJson,
  planEasilir,
  readProgram,
} from './plan/easilir/index.ts';

/** What the node holds after an update, as a later one takes it. */
export const NODE_END = '.node.json';

export interface Modified {
  /** As it is sent. */
  readonly script: Uint8Array;
  /** Intel HEX, the ifunction area included. */
  readonly hex: string;
  readonly nodeJson: string;
  readonly reason: EasilirPlan['reason'];
  readonly counts: EasilirPlan['counts'];
}

/** @param oldPath an .elf with relocations, or the .node.json of the update before. */
export async function modifyProgram(
  oldPath: string,
  newPath: string,
  mustRebuild: boolean,
): Promise<Modified> {
  const old = await readNode(oldPath);
  const program = readProgram(await readImageFile(newPath), basename(newPath));
  const { file: script, node, counts, reason } = planEasilir({ old, program, mustRebuild });
  return { script, hex: writeHex(imageOfNode(node)), nodeJson: nodeToJson(node), reason, counts };
}

async function readNode(path: string): Promise<NodeImage> {
  const file = basename(path);
  const bytes = await readImageFile(path);
  if (!path.endsWith(NODE_END)) return freshNode(readProgram(bytes, file));
  return nodeFromJson(await readFile(path, 'utf8'), file);
}
