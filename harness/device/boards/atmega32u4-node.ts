/** Sensor node with an ATmega32U4: how a bench reaches it.
 *  Sources: ATmega16U4/32U4 data sheet (boot section, programming at the SPI pins while reset is held);
 *  firmware-fixtures/atmega32u4/README.md (flash layout, header). */

import { type AvrNode, createAvrNode } from '../../../emulator/boards/avr-node.ts';
import { ATMEGA32U4_16MHZ_5V } from '../../../emulator/energy/currents.ts';
import { ATMEGA32U4_SUPPLY_MILLIVOLTS } from '../../../emulator/energy/parameters.ts';
import { ATMEGA32U4_HEADER, readNodeHeader } from '../../image/node-header.ts';
import { placeImages } from '../../image/place.ts';
import { endAddress } from '../../image/segments.ts';
import { targets } from '../../plan/targets.ts';
import { FlashSet } from '../flash-set.ts';
import type { BoardKind, BoardOptions, EmulatedBoard } from './board.ts';
import { extendCallChain } from './call-chain.ts';

const { applicationAddress: APPLICATION_ADDRESS, applicationEnd: BOOT_START } = targets.atmega32u4;
const FLASH_END = 0x8000;
/** "Answers, then crashes" must not look like success. */
const WATCH_US = 0.5e6;
/** The agent waits 25 s for a station that has been there before. */
const LOADER_WAIT_US = 27e6;
const RAM_END = 0x0b00;
/** Bit of the high fuse byte; 0 = serial programming is enabled. */
const SPIEN = 0x20;
/** How far up the stack return addresses are looked for. */
const STACK_BYTES = 48;

export const atmega32u4Node: BoardKind = {
  name: 'atmega32u4-node',
  chip: 'atmega32u4',
  machine: 'avr',
  summary: 'sensor node, ATmega32U4, application at 0 and update agent in the boot section',
  applicationAddress: APPLICATION_ADDRESS,
  applicationEnd: BOOT_START,
  flashEnd: FLASH_END,
  watchUs: WATCH_US,
  loaderWaitUs: LOADER_WAIT_US,
  romLoaderPin: null,
  dialects: ['376.1'],
  readVersion: (packed) => readNodeHeader(packed, ATMEGA32U4_HEADER)?.version ?? null,
  mergeFactory: (boot, from, { bootName, mainName }) =>
    placeImages([
      // An agent may keep a part of itself in the application section, above the application.
      {
        image: boot,
        file: bootName,
        first: Math.min(BOOT_START, endAddress(from)),
        end: FLASH_END,
      },
      { image: from, file: mainName, first: APPLICATION_ADDRESS, end: BOOT_START },
    ]),
  create: createBoard,
};

function createBoard(options: BoardOptions): EmulatedBoard {
  const node = createAvrNode({ seed: options.seed });
  const { chip } = node;
  for (const segment of options.segments) chip.flash.load(segment.address, segment.bytes);
  const board: EmulatedBoard = {
    onReset: null,
    machine: chip.machine,
    flash: new FlashSet([{ array: chip.flash }]),
    load: (address, bytes) => chip.flash.load(address, bytes),
    protocolPort: node.protocolUart,
    consolePort: null,
    programmer: { kind: 'pins', enabled: (chip.fuses.high & SPIEN) === 0 },
    powerOn: () => chip.powerOn(),
    powerOff: () => chip.powerOff(),
    pulseResetLine: () => {
      chip.setResetPin('low');
      chip.setResetPin('high');
    },
    setPin: (name, level) => chip.setPin(name, level),
    // Nothing but the cells outlives a loss of supply.
    retainedHash: () => 0,
    use: () => ({
      states: chip.energy.read(ATMEGA32U4_16MHZ_5V, ATMEGA32U4_SUPPLY_MILLIVOLTS),
      traffic: chip.traffic.read(),
      node: null,
    }),
    running: () => (chip.cpu.pc < BOOT_START ? 'application' : 'loader'),
    callChain: () => callChain(chip),
  };
  chip.onReset = (cause) => {
    if (cause !== 'power-on') board.onReset?.(cause);
  };
  return board;
}

/** From the instruction that asked for the operation on up. */
function callChain({ machine, cpu, flash }: AvrNode['chip']): number[] {
  const chain = [machine.bus.currentPc];
  const stack = cpu.getRegister('sp');
  for (let at = stack + 1; at < Math.min(stack + STACK_BYTES, RAM_END - 1); at++) {
    // The high byte lies at the lower address; words are counted.
    const address = ((cpu.data[at]! << 8) | cpu.data[at + 1]!) * 2;
    if (extendCallChain(chain, address, targetOfCallBefore(flash.cells.data, address))) at++;
  }
  return chain;
}

/** What the CALL or RCALL in front of a return address calls. */
function targetOfCallBefore(flash: Uint8Array, address: number): number | null {
  if (address < 4 || address >= FLASH_END) return null;
  const word = (at: number): number => flash[at]! | (flash[at + 1]! << 8);
  // 1001 010k kkkk 111k, then 16 bits
  if ((word(address - 4) & 0xfe0e) === 0x940e) return (word(address - 2) * 2) % FLASH_END;
  // 1101 kkkk kkkk kkkk
  const near = word(address - 2);
  if ((near & 0xf000) !== 0xd000) return null;
  return (address + ((near << 20) >> 19) + FLASH_END) % FLASH_END;
}
