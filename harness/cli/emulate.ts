/** `flashrig emulate`: a board in real time behind a pty or a TCP port, until it is interrupted.
 *  Source: `flashrig emulate --help`. Leaves out: the bench that runs it (harness/device). */

import { type Command, Option } from 'commander';
import { RigError } from '../errors.ts';
import { checkPlace } from '../files.ts';
import type { EmulateRequest, SerialPlace } from '../request.ts';
import { BOARDS, type BoardName, type EngineName } from '../request.ts';
import { emulateBoard } from '../run-update.ts';
import { examples } from './command.ts';
import {
  choice,
  engineOption,
  parsePeer,
  parsePin,
  parseSerial,
  type SerialOption,
} from './options.ts';

interface Options {
  board: BoardName;
  image: string;
  serial: SerialOption;
  link?: string;
  peer?: EmulateRequest['peer'];
  pin: EmulateRequest['pins'];
  flash?: string;
  engine: EngineName;
}

export function emulateCommand(program: Command): void {
  program
    .command('emulate')
    .summary('run a board in real time for other programs to talk to')
    .description(
      'Runs a board in real time with its serial port on a pty or a TCP port, until interrupted. ' +
        'Prints one line that says where the port is.',
    )
    .addOption(choice('--board <name>', 'board', BOARDS).makeOptionMandatory())
    .requiredOption('--image <file>', 'what is in its flash: .hex, .elf or .bin')
    .requiredOption('--serial <place>', 'pty or tcp:PORT', parseSerial)
    .option('--link <path>', 'make a symbolic link to the pty')
    .option(
      '--peer <rate,format>',
      "what connects, e.g. 38400,8N1 (default: what the board's firmware expects; a pty tells the rate)",
      parsePeer,
    )
    .addOption(pinOption())
    .option('--flash <file>', 'load the flash from this file if it is there, and keep it there')
    .addOption(engineOption())
    .addHelpText(
      'after',
      examples(
        'emulate --board lpc2478-terminal --image dy-main.hex --serial tcp:4001',
        'emulate --board lpc2478-terminal --image dy-main.hex --serial pty --pin P2.10=low',
        'emulate --board atmega32u4-node --image avr109.hex --serial pty --peer 38400,8N1',
      ),
    )
    .action(async (options: Options) => {
      const board = await emulateBoard(toRequest(options));
      const stopped = interrupted();
      process.stdout.write(`${board.place}\n`);
      await stopped;
      await board.stop();
    });
}

const pinOption = (): Option =>
  new Option('--pin <pin=level>', 'hold a pin, e.g. P2.10=low or PB4=low; may be repeated')
    .argParser(parsePin)
    .default([], 'none held');

function toRequest(options: Options): EmulateRequest {
  if (options.flash !== undefined) checkPlace(options.flash, '--flash');
  return {
    board: options.board,
    imagePath: options.image,
    serial: serialPlace(options),
    peer: options.peer ?? null,
    pins: options.pin,
    flashFile: options.flash ?? null,
    engine: options.engine,
  };
}

function serialPlace({ serial, link }: Options): SerialPlace {
  if (serial.kind === 'pty') {
    if (link !== undefined) checkPlace(link, '--link');
    return { kind: 'pty', linkPath: link ?? null };
  }
  if (link === undefined) return serial;
  const problem = '--link with --serial tcp: only a pty can have a link';
  throw new RigError('USAGE', { problem, command: 'emulate' });
}

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
