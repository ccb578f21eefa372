/** Ez240 sensor node: how a bench reaches it.
 *  Source: firmware-fixtures/msp430f1611/README.md (memory map, header, serial line).
 *  Leaves out: other nodes in reach of its radio. */

import { createEz240, type Ez240 } from '../../../emulator/boards/ez240.ts';
import {
  EZ240_CURRENTS,
  EZ240_SUPPLY_MILLIVOLTS,
} from '../../../emulator/energy/ez240-currents.ts';
import type { EnergyMeter, StateEnergy } from '../../../emulator/energy/meter.ts';
import { BLOCK_BYTES, busAddressOf } from '../../../emulator/flash/msp430-nvm.ts';
import { EZ240_HEADER, readNodeHeader } from '../../image/node-header.ts';
import { placeImages } from '../../image/place.ts';
import { targets } from '../../plan/targets.ts';
import { type BslCourse, enterLoader, synchronise } from '../../transport/bsl/client.ts';
import { runBslOnBoard } from '../bsl-board.ts';
import { FlashSet } from '../flash-set.ts';
import type { DeviceUse } from '../observation.ts';
import type { BoardKind, BoardOptions, EmulatedBoard } from './board.ts';
import { extendCallChain } from './call-chain.ts';

const { applicationAddress: APPLICATION_ADDRESS, applicationEnd: RUNTIME_START } =
  targets.msp430f1611;
const FLASH_END = 0x10000;
/** Address in reports of the serial flash's first byte: above all that the chip's bus can reach. */
export const EXTERNAL_FLASH_START = 0x100000;
/** "Answers, then crashes" must not look like success. */
const WATCH_US = 0.5e6;
/** The runtime may wait for its station before it starts the application. */
const LOADER_WAIT_US = 5e6;
const RAM_START = 0x1100;
const STACK_TOP = 0x3900;
/** Code of the application that the runtime put into RAM. */
const AREA = { start: 0x1900, end: 0x2500 } as const;
/** How far up the stack return addresses are looked for. */
const STACK_WORDS = 48;
const HOST_LINE = { baud: 38_400, parity: 'even', stopBits: 1 } as const;

export const ez240Board: BoardKind = {
  name: 'ez240',
  chip: 'msp430f1611',
  machine: 'msp430',
  summary:
    'sensor node, MSP430F1611, serial flash and radio; application at 0x4000, runtime at 0xd000',
  applicationAddress: APPLICATION_ADDRESS,
  applicationEnd: RUNTIME_START,
  flashEnd: FLASH_END,
  watchUs: WATCH_US,
  loaderWaitUs: LOADER_WAIT_US,
  romLoaderPin: null,
  dialects: ['376.1'],
  readVersion: (packed) => readNodeHeader(packed, EZ240_HEADER)?.version ?? null,
  mergeFactory: (boot, from, { bootName, mainName }) =>
    placeImages([
      { image: boot, file: bootName, first: RUNTIME_START, end: FLASH_END },
      { image: from, file: mainName, first: APPLICATION_ADDRESS, end: RUNTIME_START },
    ]),
  create: createBoard,
};

function createBoard(options: BoardOptions): EmulatedBoard {
  const node = createEz240({ seed: options.seed });
  const { chip } = node;
  for (const segment of options.segments) chip.load(segment.address, segment.bytes);
  node.host.setPeer(HOST_LINE);
  const board: EmulatedBoard = {
    onReset: null,
    machine: chip.machine,
    flash: new FlashSet([
      {
        array: chip.flash,
        name: 'program flash',
        reportAddress: busAddressOf,
        blockBytes: BLOCK_BYTES,
      },
      {
        array: node.externalFlash.flash,
        name: 'external flash',
        reportAddress: (address) => EXTERNAL_FLASH_START + address,
      },
    ]),
    load: (address, bytes) => chip.load(address, bytes),
    protocolPort: node.host,
    consolePort: null,
    programmer: { kind: 'pin-loader', answers: () => runBslOnBoard(node, enterAndAsk()) === true },
    powerOn: () => chip.powerOn(),
    powerOff: () => chip.powerOff(),
    pulseResetLine: () => {
      chip.setResetPin('low');
      chip.setResetPin('high');
    },
    setPin: (name, level) => chip.setPin(name, level),
    // Nothing but the cells outlives a loss of supply.
    retainedHash: () => 0,
    use: () => useOf(node),
    running: () => running(chip),
    callChain: () => callChain(chip),
  };
  chip.onReset = (cause) => {
    if (cause !== 'power-on') board.onReset?.(cause);
  };
  return board;
}

function* enterAndAsk(): BslCourse<boolean> {
  yield* enterLoader();
  return yield* synchronise();
}

function useOf({ chip, radio, externalFlash, traffic }: Ez240): DeviceUse {
  const { cpu, flash, radio: radioCurrents, externalFlash: externalCurrents } = EZ240_CURRENTS;
  return {
    states: [
      ...statesOf('CPU', chip.energy, cpu),
      ...statesOf('program flash', chip.flashEnergy, flash),
      ...statesOf('radio', radio.energy, radioCurrents),
      ...statesOf('external flash', externalFlash.energy, externalCurrents),
    ],
    traffic: null,
    node: traffic(),
  };
}

const statesOf = <State extends string>(
  part: string,
  meter: EnergyMeter<State>,
  currents: Readonly<Record<State, number>>,
): StateEnergy[] =>
  meter
    .read(currents, EZ240_SUPPLY_MILLIVOLTS)
    .map((one) => ({ ...one, state: `${part} ${one.state}` }));

const isApplication = (address: number): boolean =>
  (address >= APPLICATION_ADDRESS && address < RUNTIME_START) ||
  (address >= AREA.start && address < AREA.end);

/** The application's main loop calls the runtime: what is on the stack tells whose turn it is. */
function running(chip: Ez240['chip']): ReturnType<EmulatedBoard['running']> {
  const { pc } = chip.cpu;
  if (isApplication(pc)) return 'application';
  const calls = stackWords(chip).filter(
    (word) => isApplication(word) && callBefore(chip, word) !== null,
  );
  if (calls.length > 0) return 'application';
  return pc >= RUNTIME_START ? 'loader' : 'nothing';
}

/** From the instruction that asked for the operation on up. */
function callChain(chip: Ez240['chip']): number[] {
  const chain = [chip.machine.bus.currentPc];
  for (const word of stackWords(chip)) {
    const call = callBefore(chip, word);
    if (call !== null) extendCallChain(chain, word, call.target);
  }
  return chain;
}

function stackWords(chip: Ez240['chip']): number[] {
  const stack = chip.cpu.getRegister('sp');
  if (stack < RAM_START || stack >= STACK_TOP) return [];
  const count = Math.min(STACK_WORDS, (STACK_TOP - stack) >> 1);
  return Array.from({ length: count }, (_, i) => wordAt(chip, stack + 2 * i));
}

/** A word of code or RAM as it is, without a bus access. */
function wordAt({ flash, sram }: Ez240['chip'], address: number): number {
  const inFlash = address >= APPLICATION_ADDRESS;
  const bytes = inFlash ? flash.cells.data : sram;
  const at = address - (inFlash ? APPLICATION_ADDRESS : RAM_START);
  return bytes[at]! | (bytes[at + 1]! << 8);
}

/** The call in front of a return address and what it calls; null = there is none. A call by register has no
 *  target that could be told. */
function callBefore(chip: Ez240['chip'], address: number): { target: number | null } | null {
  const isCode = (address & 1) === 0 && address < FLASH_END - 2;
  if (!isCode || address < RAM_START + 4) return null;
  if (address > STACK_TOP && address < APPLICATION_ADDRESS + 4) return null;
  // 0001 0010 1011 0000, then 16 bits: CALL #
  if (wordAt(chip, address - 4) === 0x12b0) {
    return { target: throughBranch(chip, wordAt(chip, address - 2)) };
  }
  // 0001 0010 1001 ssss, then 16 bits: CALL x(Rn)
  if ((wordAt(chip, address - 4) & 0xfff0) === 0x1290) return { target: null };
  // 0001 0010 10Am ssss: CALL Rn, @Rn, @Rn+
  const near = wordAt(chip, address - 2) & 0xfff0;
  return near === 0x1280 || near === 0x12a0 || near === 0x12b0 ? { target: null } : null;
}

/** An entry of a call-indirection table is BR #. */
const throughBranch = (chip: Ez240['chip'], address: number): number =>
  address >= APPLICATION_ADDRESS && wordAt(chip, address) === 0x4030
    ? wordAt(chip, address + 2)
    : address;
