/** Power-monitoring terminal with an LPC2478: how a bench reaches it.
 *  Sources: Bao 2021 section 3.2 (loader at 0, application at 0x2000), decision 0001 (ports, header),
 *  firmware-fixtures/lpc2478/README.md (flash layout). */

import {
  createPowerTerminal,
  type PowerTerminal,
} from '../../../emulator/boards/power-terminal.ts';
import { readProgramHeader } from '../../image/program-header.ts';
import type { BoardKind, BoardOptions, EmulatedBoard } from './board.ts';

const APPLICATION_ADDRESS = 0x2000;
/** First address of the received image's slots: the application ends before it. */
const APPLICATION_END = 0x38000;
const SRAM_START = 0x40000000;
const SRAM_END = 0x40010000;
/** How far up the stack return addresses are looked for. */
const STACK_WORDS = 48;

export const lpc2478Terminal: BoardKind = {
  name: 'lpc2478-terminal',
  chip: 'lpc2478',
  machine: 'arm',
  summary: 'power-monitoring terminal, LPC2478, loader at 0 and application at 0x2000',
  applicationAddress: APPLICATION_ADDRESS,
  applicationEnd: APPLICATION_END,
  dialects: ['376.1', 'paper', 'paper-wide'],
  readVersion: (packed) => readProgramHeader(packed, APPLICATION_ADDRESS)?.version ?? null,
  create: createBoard,
};

function createBoard(options: BoardOptions): EmulatedBoard {
  const terminal = createPowerTerminal({
    seed: options.seed,
    ...(options.createCpu === undefined ? {} : { createCpu: options.createCpu }),
  });
  const { chip } = terminal;
  const { sectors } = chip.flash.options;
  for (const segment of options.segments) chip.flash.load(segment.address, segment.bytes);
  const board: EmulatedBoard = {
    onReset: null,
    machine: chip.machine,
    flash: chip.flash,
    protocolPort: terminal.protocolUart,
    consolePort: terminal.consoleUart,
    powerOn: () => chip.powerOn(),
    powerOff: () => chip.powerOff(),
    pulseResetLine: () => chip.reset('external'),
    enterRomLoader: () => {
      terminal.setIspSwitch('low');
      chip.reset('external');
    },
    get inRomLoader() {
      return chip.boot.running === 'isp';
    },
    retainedHash: () => hashBytes(chip.batteryRam),
    erasesBySector: () => sectors.map((sector) => chip.flash.eraseCount(sector.index)),
    sectors,
    callChain: () => callChain(chip),
  };
  chip.onReset = (cause) => {
    if (cause !== 'power-on') board.onReset?.(cause);
  };
  return board;
}

/** The caller of the ROM service and, going up the stack, words that stand behind a call
 *  addresses into flash. A hint for people, not a proof: dead words on the stack can slip in. */
function callChain(chip: PowerTerminal['chip']): number[] {
  const { cpu, bus } = chip.machine;
  const chain = [cpu.getRegister('lr') & ~1];
  const stack = cpu.getRegister('sp') >>> 0;
  for (let i = 0; i < STACK_WORDS; i++) {
    const at = stack + i * 4;
    if (at < SRAM_START || at >= SRAM_END) break;
    const word = bus.read(at, 4) >>> 0;
    if (followsCall(chip, word)) chain.push(word & ~1);
  }
  return chain;
}

/** A return address stands behind a call: BL in Thumb (bit 0 set), BL in ARM. */
function followsCall({ flash }: PowerTerminal['chip'], word: number): boolean {
  if (word < 0x44 || word >= APPLICATION_END) return false;
  const before = flash.readView((word & ~1) - 4, 4);
  const first = before[1]!;
  const second = before[3]!;
  if ((word & 1) === 1) return (first & 0xf8) === 0xf0 && (second & 0xf8) === 0xf8;
  return (word & 3) === 0 && (second & 0x0f) === 0x0b;
}

/** FNV-1a. */
function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
