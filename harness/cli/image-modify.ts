/** `flashrig image modify`: a sensor node's program changed into the next one, as EasiLIR leaves it in the node.
 *  Source: harness/plan/easilir. Leaves out: sending it (verify), and whether it does the same (equivalent). */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { RigError } from '../errors.ts';
import { writeFileAtomic } from '../files.ts';
import { writeHex } from '../image/hex-write.ts';
import { readImageFile } from '../image/read-image.ts';
import {
  freshNode,
  imageOfNode,
  type NodeImage,
  nodeFromJson,
  nodeToJson,
  planEasilir,
  readProgram,
} from '../plan/easilir/index.ts';
import { outputFormat } from './options.ts';

interface ModifyOptions {
  readonly out: string;
  readonly script?: string;
  readonly rebuild?: true;
  readonly json?: true;
}

const NODE_END = '.node.json';

export function modifyCommand(image: Command, print: (text: string) => void): void {
  image
    .command('modify')
    .description(
      'change an MSP430 program into its next version where it lies, as a sensor node does',
    )
    .argument(
      '<old>',
      'what the node holds: an .elf with relocations, or a .node.json of the update before',
    )
    .argument('<new>', 'the .elf of the new version, linked with --emit-relocs')
    .requiredOption(
      '-o, --out <file>',
      'the modified .hex, ifunctions included; a .node.json goes beside it',
    )
    .option('--script <file>', 'what is sent to the node')
    .option('--rebuild', 'rebuild by segments, whatever fits')
    .option('--json', 'one JSON document')
    .action(async (oldPath: string, newPath: string, options: ModifyOptions) => {
      const { out, script, rebuild: mustRebuild = false } = options;
      if (outputFormat(out, 'image') !== 'hex') {
        throw new RigError('OPTION_VALUE', {
          option: '--out',
          value: out,
          expected: 'a .hex file',
        });
      }
      const old = await readNode(oldPath);
      const program = readProgram(await readImageFile(newPath), basename(newPath));
      const { file, node, counts, reason } = planEasilir({ old, program, mustRebuild });
      await writeFileAtomic(out, writeHex(imageOfNode(node)));
      await writeFileAtomic(out.replace(/\.[^.]+$/, NODE_END), nodeToJson(node));
      if (script !== undefined) await writeFileAtomic(script, file);
      const facts = { schema: 1, out, reason, ...counts };
      print(options.json ? `${JSON.stringify(facts, null, 2)}\n` : `${textOf(out, facts)}\n`);
    });
}

async function readNode(path: string): Promise<NodeImage> {
  const file = basename(path);
  if (!path.endsWith(NODE_END)) return freshNode(readProgram(await readImageFile(path), file));
  // The same errors as for an image that is not there.
  await readImageFile(path);
  return nodeFromJson(await readFile(path, 'utf8'), file);
}

type Facts = { readonly reason: string } & ReturnType<typeof planEasilir>['counts'];

function textOf(out: string, { reason, ...counts }: Facts): string {
  const { kind, fileBytes, segmentsErased } = counts;
  const head = `${out}: ${kind} (${reason}), ${fileBytes} bytes to send, ${segmentsErased} segments erased`;
  if (counts.kind === 'rebuild') {
    return `${head}, ${counts.copies} copies, ${counts.adjustedWords} addresses put right`;
  }
  return `${head}, ifunctions ${counts.areaBytes} bytes, ${counts.deletedBytes} bytes deleted`;
}
