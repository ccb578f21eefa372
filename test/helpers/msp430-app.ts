/** Applications of the MSP430F1611 fixture on the emulated board, under the shortest runtime that starts them.
 *  Source: firmware-fixtures/msp430f1611/README.md, "Memory". Leaves out: everything a real runtime does; entries
 *  count their calls. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEz240, type Ez240 } from '../../emulator/boards/ez240.ts';
import { FIXTURES_ROOT } from '../../harness/scenarios.ts';
import { assemble } from './msp430-assembler.ts';
import { loadSegments } from './msp430-image.ts';

export const SECOND = 2 ** 30;
const RAM = 0x1100;
const VECTORS = 16;
const TRAMPOLINES = 0xd200;
const SERVICE_CALLS = 0x2500;
const RADIO_CALLS = 0x2502;
/** RSEL 7, DCO 5, MOD 7: about 4 MHz. */
const START = `
  mov #0x5a80, &0x120
  mov #0x3900, sp
  mov #0x8787, r15
  mov.b #0xa7, &0x56
  mov.b #0x87, &0x57
  mov #0, &${SERVICE_CALLS}
  mov #0, &${RADIO_CALLS}
  mov &0x401e, pc
`;
const ENTRIES = `
  br #service
  br #start
  br #radio
service:
  inc &${SERVICE_CALLS}
  ret
radio:
  inc &${RADIO_CALLS}
  clr r12
  ret
start:
  ${START}
`;

const bytesOf = (words: readonly number[]): Uint8Array =>
  Uint8Array.from(words.flatMap((word) => [word & 0xff, word >> 8]));

function loadStandIn(board: Ez240): void {
  const { chip } = board;
  const trampolines = Array.from({ length: VECTORS - 1 }, (_, n) => 0x4000 + 2 * n);
  const code = trampolines.flatMap((vector) => [0x4210, vector]);
  chip.load(0xd000, bytesOf(assemble(0xd000, ENTRIES)));
  chip.load(TRAMPOLINES, bytesOf(code));
  const vectors = [...trampolines.map((_, n) => TRAMPOLINES + 4 * n), 0xd004];
  chip.load(0xffe0, bytesOf(vectors));
}

export interface RunningApp {
  readonly board: Ez240;
  readonly events: () => string[];
  /** Bits 0 to 2: red, green, blue. */
  readonly leds: () => number;
  readonly word: (address: number) => number;
  readonly serviceCalls: () => number;
  readonly radioCalls: () => number;
}

export interface AppOptions {
  readonly serial?: readonly number[];
  readonly powered?: boolean;
}

export function startApp(name: string, options: AppOptions = {}): RunningApp {
  const { serial, powered = true } = options;
  const board = createEz240({ seed: 1, ...(serial === undefined ? {} : { serial }) });
  const { chip } = board;
  const elf = readFileSync(join(FIXTURES_ROOT, 'msp430f1611', 'images', `${name}.elf`));
  for (const { address, bytes } of loadSegments(new Uint8Array(elf))) chip.load(address, bytes);
  loadStandIn(board);
  if (powered) chip.powerOn();
  const word = (address: number): number =>
    chip.sram[address - RAM]! | (chip.sram[address - RAM + 1]! << 8);
  return {
    board,
    events: () => chip.machine.events.summary().map(({ event }) => `${event.kind} ${event.where}`),
    leds: () =>
      (['red', 'green', 'blue'] as const).reduce(
        (bits, led, n) => bits | (board.isLedOn(led) ? 1 << n : 0),
        0,
      ),
    word,
    serviceCalls: () => word(SERVICE_CALLS),
    radioCalls: () => word(RADIO_CALLS),
  };
}
