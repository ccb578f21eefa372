/** `flashrig delta make|apply|inspect|rollback|compare`: patches for devices without a second place for an image.
 *  Source: harness/delta.ts, delta-inspect.ts and delta-compare.ts.
 *  Leaves out: sending one to a device (`verify --scheme`). */

import { basename } from 'node:path';
import type { Command } from 'commander';
import { applyDelta, makeDelta } from '../delta.ts';
import { compareDeltas } from '../delta-compare.ts';
import { inspectDelta } from '../delta-inspect.ts';
import { checkPlace, writeFileAtomic } from '../files.ts';
import { writeBin } from '../image/bin.ts';
import { writeHex } from '../image/hex-write.ts';
import { makeImage } from '../image/segments.ts';
import { deltaPicture } from '../report/delta-picture.ts';
import { CHIPS, type ChipName, DELTA_SCHEMES, type SchemeName } from '../request.ts';
import { examples, printJson } from './command.ts';
import { comparisonText, inspectText, madeText } from './delta-text.ts';
import { choice, outputFormat } from './options.ts';

interface CommonOptions {
  readonly chip: ChipName;
  readonly json?: true;
}
interface MakeOptions extends CommonOptions {
  readonly scheme: SchemeName;
  readonly out: string;
}
interface OutOptions extends CommonOptions {
  readonly out: string;
}
interface InspectOptions extends CommonOptions {
  readonly all?: true;
  readonly svg?: string;
}

const DEFAULT_CHIP: ChipName = 'atmega32u4';
const DEFAULT_SCHEME: SchemeName = 'dg-safe';

export function deltaCommand(program: Command): void {
  const delta = program
    .command('delta')
    .description('make patches for updates in place, apply them, look into them, compare them')
    .addHelpText(
      'after',
      examples(
        'delta make --scheme dg-safe v1.hex v2.hex -o v1-v2.patch',
        'delta apply v1.hex v1-v2.patch -o v2.hex',
        'delta inspect v1-v2.patch',
        'delta rollback v1.hex v2.hex -o v2-v1.patch',
        'delta compare v1.hex v2.hex --json',
      ),
    );
  makeCommand(delta);
  applyCommand(delta);
  inspectCommand(delta);
  rollbackCommand(delta);
  compareCommand(delta);
}

const withCommon = (command: Command): Command =>
  command
    .addOption(choice('--chip <name>', 'chip of the device', CHIPS).default(DEFAULT_CHIP))
    .option('--json', 'one JSON document');

const withScheme = (command: Command): Command =>
  withCommon(command)
    .addOption(choice('--scheme <name>', 'update scheme', DELTA_SCHEMES).default(DEFAULT_SCHEME))
    .requiredOption('-o, --out <file>', 'where the patch goes');

function makeCommand(delta: Command): void {
  withScheme(delta.command('make'))
    .description('the patch that leads from the old image to the new one')
    .argument('<old>', 'image in the device: .hex, .elf or .bin')
    .argument('<new>', 'image that it gets')
    .addHelpText('after', examples('delta make --scheme r3diff old.hex new.hex -o new.patch'))
    .action((oldPath: string, newPath: string, options: MakeOptions) =>
      makeAndWrite(oldPath, newPath, options),
    );
}

function rollbackCommand(delta: Command): void {
  withScheme(delta.command('rollback'))
    .description('the patch that leads from the new image back to the old one')
    .argument('<old>', 'image to go back to')
    .argument('<new>', 'image in the device')
    .addHelpText('after', examples('delta rollback v1.hex v2.hex -o back-to-v1.patch'))
    .action((oldPath: string, newPath: string, options: MakeOptions) =>
      makeAndWrite(newPath, oldPath, options),
    );
}

async function makeAndWrite(oldPath: string, newPath: string, options: MakeOptions): Promise<void> {
  const { chip, scheme, out } = options;
  checkPlace(out, '--out');
  const made = await makeDelta({ chip, scheme, oldPath, newPath });
  await writeFileAtomic(out, made.file);
  const { oldBytes, newBytes, predicted } = made;
  const fileBytes = made.file.length;
  const document = { schema: 1, out, chip, scheme, fileBytes, oldBytes, newBytes, predicted };
  if (options.json) printJson(document);
  else process.stdout.write(madeText(document));
}

function applyCommand(delta: Command): void {
  withCommon(delta.command('apply'))
    .description(
      'apply a patch on this machine, page by page as the device does, with all its checks',
    )
    .argument('<old>', 'image that the patch is for')
    .argument('<patch>', 'a file of delta make')
    .requiredOption('-o, --out <file>', 'the new image, .hex or .bin')
    .addHelpText('after', examples('delta apply v1.hex v1-v2.patch -o v2.bin'))
    .action(async (oldPath: string, patchPath: string, options: OutOptions) => {
      const { chip, out } = options;
      const format = outputFormat(out, 'delta');
      checkPlace(out, '--out');
      const applied = await applyDelta(oldPath, patchPath, chip);
      const { newImage, steps, pagesProgrammed, imageBytesRead } = applied;
      const piece = { what: 'the new image', address: applied.address, bytes: newImage };
      const image = makeImage(basename(out), 'bin', { segments: [piece] });
      await writeFileAtomic(out, format === 'bin' ? writeBin(image, out) : writeHex(image));
      const counts = { bytes: newImage.length, steps, pagesProgrammed, imageBytesRead };
      if (options.json) return printJson({ schema: 1, out, sha256: image.sha256, ...counts });
      process.stdout.write(
        `${out}: ${counts.bytes} bytes, sha256 ${image.sha256}\n` +
          `  ${steps} page steps, ${pagesProgrammed} pages programmed, ` +
          `${imageBytesRead} bytes read from the old image\n`,
      );
    });
}

function inspectCommand(delta: Command): void {
  withCommon(delta.command('inspect'))
    .description('what a patch says: envelope, operations, and the pages they go through')
    .argument('<patch>', 'a file of delta make')
    .option('--all', 'every operation, however many')
    .option('--svg <file>', 'draw it as well: what goes where, and which pages are touched')
    .addHelpText('after', examples('delta inspect v1-v2.patch --all --svg v1-v2.svg'))
    .action(async (path: string, options: InspectOptions) => {
      if (options.svg !== undefined) checkPlace(options.svg, '--svg');
      const patch = await inspectDelta(path, options.chip);
      if (options.svg !== undefined) await writeFileAtomic(options.svg, deltaPicture(patch));
      if (options.json) printJson({ schema: 1, ...patch });
      else process.stdout.write(inspectText(patch, options.all === true));
    });
}

function compareCommand(delta: Command): void {
  withCommon(delta.command('compare'))
    .description('every scheme on one pair of images, and bsdiff, xdelta3 and zstd where installed')
    .argument('<old>', 'image in the device')
    .argument('<new>', 'image that it gets')
    .addHelpText('after', examples('delta compare v1.hex v2.hex'))
    .action(async (oldPath: string, newPath: string, options: CommonOptions) => {
      const comparison = await compareDeltas(oldPath, newPath, options.chip);
      if (options.json) printJson({ schema: 1, ...comparison });
      else process.stdout.write(comparisonText(comparison));
    });
}
