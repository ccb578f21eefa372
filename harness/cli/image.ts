/** `flashrig image info|merge|convert|diff`: look at images, join them, change their format.
 *  Source: harness/image.
 *  Leaves out: anything that needs a device. */

import { basename } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { writeFileAtomic } from '../files.ts';
import { arrange } from '../image/arrange/arrange.ts';
import { writeBin } from '../image/bin.ts';
import { describeImage } from '../image/describe.ts';
import { diffImages } from '../image/diff.ts';
import { MACHINES, type MachineName } from '../image/elf.ts';
import type { FirmwareImage } from '../image/firmware-image.ts';
import { writeHex } from '../image/hex-write.ts';
import { mergeHexText, mergeImages } from '../image/merge.ts';
import { parseImage, readImage, readImageFile } from '../image/read-image.ts';
import { imageBytes } from '../image/segments.ts';
import { examples } from './command.ts';
import { modifyCommand } from './image-modify.ts';
import { arrangedText, diffText, infoText } from './image-text.ts';
import { outputFormat } from './options.ts';

type Print = (text: string) => void;

const toStdout: Print = (text) => {
  process.stdout.write(text);
};

interface InputOptions {
  readonly base?: number;
  readonly format?: FirmwareImage['format'];
  readonly machine?: MachineName;
}

export const imageCommand = (program: Command): void => registerImage(program, toStdout);

/** @param print where results go. */
export function registerImage(program: Command, print: Print): void {
  const image = program
    .command('image')
    .description('look at firmware images, join and convert them')
    .addHelpText(
      'after',
      examples(
        'image info app.elf',
        'image merge boot.hex main.hex --out factory.hex',
        'image convert app.elf --out app.bin',
        'image diff v1.hex v2.hex --json',
        'image arrange v1.elf v2.elf --out v2-arranged.elf',
        'image modify v1.elf v2-arranged.elf --out modified.hex',
      ),
    );
  infoCommand(image, print);
  mergeCommand(image, print);
  convertCommand(image, print);
  diffCommand(image, print);
  arrangeCommand(image, print);
  modifyCommand(image, print);
}

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function infoCommand(image: Command, print: Print): void {
  withInput(image.command('info'))
    .description('format, ranges, entry, vectors and their checksum, program header, CRP')
    .argument('<image>', 'a .hex, .elf or .bin file')
    .option('--json', 'one JSON document')
    .action(async (path: string, options: InputOptions & { json?: true }) => {
      const info = describeImage(await readImage(path, options), basename(path));
      print(options.json ? asJson(info) : infoText(info));
    });
}

interface MergeCommandOptions {
  readonly out: string;
  readonly mainAddress?: number;
  readonly keepChecksum?: true;
  readonly json?: true;
}

function mergeCommand(image: Command, print: Print): void {
  image
    .command('merge')
    .description('boot loader at 0 and application at 0x2000 into one image for the factory')
    .argument('<boot>', 'the boot loader')
    .argument('<main>', 'the application')
    .requiredOption('-o, --out <file>', 'the merged .hex (or .bin) file')
    .option('--main-address <address>', 'where the application begins (default: 0x2000)', address)
    .option('--keep-checksum', 'leave the word at 0x14 as it is')
    .option('--json', 'one JSON document')
    .action(async (bootPath: string, mainPath: string, options: MergeCommandOptions) => {
      const boot = await readWithText(bootPath);
      const main = await readWithText(mainPath);
      const merged = mergeImages(boot.image, main.image, {
        bootName: basename(bootPath),
        mainName: basename(mainPath),
        checksum: options.keepChecksum ? 'keep' : 'set',
        ...(options.mainAddress === undefined ? {} : { mainAddress: options.mainAddress }),
      });
      const bothHex = boot.image.format === 'hex' && main.image.format === 'hex';
      const hex = bothHex ? mergeHexText(boot.text, main.text, merged) : writeHex(merged.image);
      const binary = outputFormat(options.out, 'image') === 'bin';
      await writeFileAtomic(options.out, binary ? writeBin(merged.image, options.out) : hex);
      const { warnings } = merged;
      const bytes = imageBytes(merged.image);
      if (options.json) {
        print(
          asJson({ schema: 1, out: options.out, bytes, sha256: merged.image.sha256, warnings }),
        );
        return;
      }
      print(`${options.out}: ${bytes} bytes, sha256 ${merged.image.sha256}\n`);
      for (const warning of warnings) print(`note: ${warning}\n`);
    });
}

interface ConvertOptions extends InputOptions {
  readonly out: string;
  readonly to?: 'hex' | 'bin';
  readonly fill?: number;
  readonly limit?: number;
  readonly json?: true;
}

function convertCommand(image: Command, print: Print): void {
  withInput(image.command('convert'))
    .description('write an image as Intel HEX or as raw bytes')
    .argument('<image>', 'a .hex, .elf or .bin file')
    .requiredOption('-o, --out <file>', 'where to')
    .addOption(new Option('--to <format>', 'default: by the name of --out').choices(['hex', 'bin']))
    .option('--fill <byte>', 'value of the bytes in gaps of a .bin (default: 0xff)', byteValue)
    .option('--limit <bytes>', 'largest .bin to write (default: 16777216)', positive)
    .option('--json', 'one JSON document')
    .action(async (path: string, options: ConvertOptions) => {
      const source = await readImage(path, options);
      const to = options.to ?? outputFormat(options.out, 'image');
      const data =
        to === 'hex'
          ? writeHex(source)
          : writeBin(source, basename(path), {
              ...(options.fill === undefined ? {} : { fill: options.fill }),
              ...(options.limit === undefined ? {} : { limitBytes: options.limit }),
            });
      await writeFileAtomic(options.out, data);
      const { out } = options;
      const document = {
        schema: 1,
        out,
        format: to,
        fileBytes: data.length,
        sha256: source.sha256,
      };
      print(options.json ? asJson(document) : `${out}: ${to}, ${data.length} bytes in the file\n`);
    });
}

function diffCommand(image: Command, print: Print): void {
  withInput(image.command('diff'))
    .description('which bytes differ, and in which sectors')
    .argument('<a>', 'the old image')
    .argument('<b>', 'the new image')
    .option('--json', 'one JSON document')
    .action(async (a: string, b: string, options: InputOptions & { json?: true }) => {
      const diff = diffImages(await readImage(a, options), await readImage(b, options));
      const names = { a: basename(a), b: basename(b) };
      print(options.json ? asJson({ schema: 1, ...names, ...diff }) : diffText(diff, names));
    });
}

interface ArrangeCommandOptions {
  readonly out: string;
  readonly functions: boolean;
  readonly variables: boolean;
  readonly calls?: true;
  readonly json?: true;
}

function arrangeCommand(image: Command, print: Print): void {
  image
    .command('arrange')
    .description('lay an MSP430 program out like its old version, so that an update changes less')
    .argument('<old>', 'the .elf that the device holds')
    .argument('<new>', 'the .elf to lay out, linked with --emit-relocs')
    .requiredOption('-o, --out <file>', 'the arranged .elf')
    .option('--no-functions', 'leave the order of the functions as it is')
    .option('--no-variables', 'leave the addresses of the variables as they are')
    .option('--calls', 'let calls go through the table in section .calls')
    .option('--json', 'one JSON document')
    .action(async (oldPath: string, newPath: string, options: ArrangeCommandOptions) => {
      const { functions, variables, calls = false, out } = options;
      const old = { bytes: await readImageFile(oldPath), file: basename(oldPath) };
      const fresh = { bytes: await readImageFile(newPath), file: basename(newPath) };
      const { elf, ...counts } = arrange(old, fresh, { functions, variables, calls });
      await writeFileAtomic(out, elf);
      print(options.json ? asJson({ schema: 1, out, ...counts }) : arrangedText(out, counts));
    });
}

async function readWithText(path: string): Promise<{ image: FirmwareImage; text: string }> {
  const bytes = await readImageFile(path);
  const text = Buffer.from(bytes).toString('latin1');
  return { image: parseImage(bytes, basename(path)), text };
}

const withInput = (command: Command): Command =>
  command
    .option('--base <address>', 'address of the first byte of a raw image', address)
    .addOption(
      new Option('--format <format>', 'read it as this format').choices(['hex', 'elf', 'bin']),
    )
    .addOption(
      new Option('--machine <name>', 'machine that an ELF file must be for').choices(
        Object.keys(MACHINES),
      ),
    );

const numberIn = (text: string, last: number): number => {
  const value = /^(0x[0-9a-f]+|[0-9]+)$/i.test(text) ? Number(text) : Number.NaN;
  if (value <= last) return value;
  throw new InvalidArgumentError(`Expected a number from 0 to 0x${last.toString(16)}.`);
};
const address = (text: string): number => numberIn(text, 0xffff_ffff);
const byteValue = (text: string): number => numberIn(text, 0xff);
const positive = (text: string): number => numberIn(text, 0x4000_0000);
