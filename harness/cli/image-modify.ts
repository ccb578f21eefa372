/** `flashrig image modify`: a sensor node's program changed into the next one, as EasiLIR leaves it in the node.
 *  Source: harness/modify.ts. Leaves out: sending it (verify), and whether it does the same (equivalent). */

import type { Command } from 'commander';
import { RigError } from '../errors.ts';
import { writeFileAtomic } from '../files.ts';
import { type Modified, modifyProgram, NODE_END } from '../modify.ts';
import { outputFormat } from './options.ts';

interface ModifyOptions {
  readonly out: string;
  readonly script?: string;
  readonly rebuild?: true;
  readonly json?: true;
}

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
      const made = await modifyProgram(oldPath, newPath, mustRebuild);
      await writeFileAtomic(out, made.hex);
      await writeFileAtomic(out.replace(/\.[^.]+$/, NODE_END), made.nodeJson);
      if (script !== undefined) await writeFileAtomic(script, made.script);
      const facts = { schema: 1, out, reason: made.reason, ...made.counts };
      print(options.json ? `${JSON.stringify(facts, null, 2)}\n` : `${textOf(out, made)}\n`);
    });
}

function textOf(out: string, { reason, counts }: Modified): string {
  const { kind, fileBytes, segmentsErased } = counts;
  const head = `${out}: ${kind} (${reason}), ${fileBytes} bytes to send, ${segmentsErased} segments erased`;
  if (counts.kind === 'rebuild') {
    return `${head}, ${counts.copies} copies, ${counts.adjustedWords} addresses put right`;
  }
  return `${head}, ifunctions ${counts.areaBytes} bytes, ${counts.deletedBytes} bytes deleted`;
}
