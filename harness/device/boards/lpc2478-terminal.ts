/** Power-monitoring terminal with an LPC2478: how a bench reaches it.
 *  Sources: Bao 2021 section 3.2 (loader at 0, application at 0x2000), decision 0001 (ports, header),
 *  firmware-fixtures/lpc2478/README.md (flash layout). */

import {
  createPowerTerminal,
  ISP_ENTRY_PIN,
  type PowerTerminal,
} from '../../../emulator/boards/power-terminal.ts';
import { LPC2478_BOOT_BLOCK } from '../../../emulator/flash/lpc2000-sectors.ts';
import { mergeImages } from '../../image/merge.ts';
import { readProgramHeader } from '../../image/program-header.ts';
import { targets } from '../../plan/targets.ts';
import { FlashSet } from '../flash-set.ts';
import type { BoardKind, BoardOptions, EmulatedBoard } from './board.ts';
import { extendCallChain } from './call-chain.ts';

const { applicationAddress: APPLICATION_ADDRESS, applicationEnd: APPLICATION_END } =
  targets.lpc2478;
/** The loader, the application and everything staged end below the boot block. */
const FLASH_END = LPC2478_BOOT_BLOCK.address;
/** "Prints ready, then crashes" must not look like success. */
const WATCH_US = 0.5e6;
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
  flashEnd: FLASH_END,
  watchUs: WATCH_US,
  loaderWaitUs: 0,
  romLoaderPin: ISP_ENTRY_PIN,
  dialects: ['376.1', 'paper', 'paper-wide'],
  readVersion: (packed) => readProgramHeader(packed, APPLICATION_ADDRESS)?.version ?? null,
  mergeFactory: (boot, from, names) =>
    mergeImages(boot, from, { mainAddress: APPLICATION_ADDRESS, ...names }).image.segments,
  create: createBoard,
};

function createBoard(options: BoardOptions): EmulatedBoard {
  const terminal = createPowerTerminal({
    seed: options.seed,
    ...(options.createCpu === undefined ? {} : { createCpu: options.createCpu }),
  });
  const { chip } = terminal;
  for (const segment of options.segments) chip.flash.load(segment.address, segment.bytes);
  const board: EmulatedBoard = {
    onReset: null,
    machine: chip.machine,
    flash: new FlashSet([{ array: chip.flash }]),
    load: (address, bytes) => chip.flash.load(address, bytes),
    protocolPort: terminal.protocolUart,
    consolePort: terminal.consoleUart,
    powerOn: () => chip.powerOn(),
    powerOff: () => chip.powerOff(),
    pulseResetLine: () => chip.reset('external'),
    setPin: (name, level) => chip.setPin(name, level),
    programmer: {
      kind: 'rom-loader',
      get running() {
        return chip.boot.running === 'isp';
      },
      enter: () => {
        terminal.setIspSwitch('low');
        chip.reset('external');
      },
    },
    retainedHash: () => hashBytes(chip.batteryRam),
    use: () => null,
    running: () => runningAt(chip.machine.cpu.pc >>> 0),
    callChain: () => callChain(chip),
  };
  chip.onReset = (cause) => {
    if (cause !== 'power-on') board.onReset?.(cause);
  };
  return board;
}

const runningAt = (pc: number): ReturnType<EmulatedBoard['running']> =>
  pc < APPLICATION_ADDRESS ? 'loader' : pc < APPLICATION_END ? 'application' : 'nothing';

/** From the caller of the ROM service on up. */
function callChain(chip: PowerTerminal['chip']): number[] {
  const { cpu, bus } = chip.machine;
  const chain = [cpu.getRegister('lr') & ~1];
  const stack = cpu.getRegister('sp') >>> 0;
  for (let i = 0; i < STACK_WORDS; i++) {
    const at = stack + i * 4;
    if (at < SRAM_START || at >= SRAM_END) break;
    const word = bus.read(at, 4) >>> 0;
    extendCallChain(chain, word & ~1, targetOfCallBefore(chip, word));
  }
  return chain;
}

/** What the call in front of a return address calls: BL in Thumb (bit 0 of the address set), BL in ARM. */
function targetOfCallBefore({ flash }: PowerTerminal['chip'], word: number): number | null {
  if (word < 0x44 || word >= APPLICATION_END) return null;
  const bytes = flash.readView((word & ~1) - 4, 4);
  const code = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  if ((word & 1) === 0) {
    const isCall = (word & 3) === 0 && (code & 0x0f00_0000) === 0x0b00_0000;
    return isCall ? word + 4 + ((code << 8) >> 6) : null;
  }
  if ((code & 0xf800_f800) >>> 0 !== 0xf800_f000) return null;
  const distance = ((code << 21) >> 9) | (((code >>> 16) & 0x7ff) << 1);
  return (word & ~1) + distance;
}

/** FNV-1a. */
function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
