/** The Ez240 as an observer sees it. Source: emulator/boards/ez240.ts for the wiring.
 *  Outputs are characters of USART1, radio frames, flash operations, and level changes of pins that the program
 *  drives, but for those that lead to other parts of the board: what these parts do with them is an output.
 *  Leaves out: operations of flash that a reset or a cut ends early; pins of USART1 as levels. */

import { createEz240, type Ez240 } from '../../../emulator/boards/ez240.ts';
import type { Msp430 } from '../../../emulator/cpu/msp430/index.ts';
import { PORT_REGISTERS, type PortNumber } from '../../../emulator/peripherals/msp430/ports.ts';
import type { Segment } from '../../image/firmware-image.ts';
import { joinSegments } from '../../image/segments.ts';
import { extendCallChain } from '../boards/call-chain.ts';
import {
  characterText,
  hexBytes,
  type Input,
  type ObservedBoard,
  type ObservedKind,
  type ObservedOptions,
  type Output,
  observeFlash,
  watchCoverage,
} from './observed.ts';

const ADDRESS_SPACE = 0x1_0000;
const RAM = { address: 0x1100, end: 0x3900 };
/** firmware-fixtures/msp430f1611/README.md, "Memory". */
const IFUNCTIONS = { address: 0x1900, end: 0x2500 };
const APPLICATION = { address: 0x4000, end: 0xd000 };
const INFORMATION = { address: 0x1000, end: 0x1100 };
const MAIN = { address: 0x4000, end: 0x10000 };
/** Pins of P1 to P6 that lead to the radio, the flash, the serial number and the SHT11. */
const WIRED: Readonly<Record<PortNumber, number>> = {
  1: 0b1111_1001,
  2: 0b0001_0000,
  3: 0b0000_1110,
  4: 0b1111_0110,
  5: 0,
  6: 0,
};
const LED_PINS: Readonly<Record<string, string>> = {
  'P5.4': ' (red LED)',
  'P5.5': ' (green LED)',
  'P5.6': ' (blue LED)',
};
const CHANNELS = ['usart1', 'radio', 'flash', 'external-flash', 'reset'];
const DIRECTIONS = ([1, 2, 3, 4, 5, 6] as const).map(
  (port) => PORT_REGISTERS.find(({ name }) => name === `P${port}DIR`)!,
);
/** Commands that the radio sends by. */
const STXON = 4;
const STXONCCA = 5;
/** Preamble and start of a frame that somebody begins to send now. */
const HEADER_US = 160;
/** How far up the stack return addresses are looked for, and how many of them. */
const STACK_WORDS = 48;
const MAX_CHAIN = 5;
const CALL_IMMEDIATE = 0x12b0;
const BR_IMMEDIATE = 0x4030;
/** Characters in the transmitter: being shifted out, and waiting. */
const IN_TRANSMITTER = 2;

export const observedEz240: ObservedKind = {
  machine: 'msp430',
  flash: [INFORMATION, MAIN],
  patchRam: IFUNCTIONS,
  resetVector: 0xfffe,
  inputs: ['serial', 'button', 'analog', 'temperature', 'radio', 'supply'],
  ports: ['usart1'],
  isChannel: (name) => CHANNELS.includes(name) || /^P[1-6]\.[0-7]$/.test(name),
  merge: (boot, image, { bootName, mainName }) => {
    const named = [
      ...boot.segments.map((segment) => ({ ...segment, what: bootName })),
      ...image.segments.map((segment) => ({ ...segment, what: mainName })),
    ];
    return joinSegments(mainName, named);
  },
  create,
};

function create({ segments, seed, peer }: ObservedOptions): ObservedBoard {
  const board = createEz240({ seed });
  if (peer !== null) board.host.setPeer(peer);
  const { chip } = board;
  const patches = segments.filter(
    ({ address }) => address >= IFUNCTIONS.address && address < RAM.end,
  );
  for (const segment of segments) {
    if (!patches.includes(segment)) chip.load(segment.address, segment.bytes);
  }
  const usOf = (tick: number): number => (tick * 1e6) / chip.machine.rootHz;
  const counter = instructionCounter(board, patches);
  const observed: ObservedBoard = {
    machine: chip.machine,
    coverage: watchCoverage(chip.machine, ADDRESS_SPACE),
    executions: counter.executions,
    stopCounting: counter.stop,
    wordAt: (address) => Math.max(0, wordAt(board, address)),
    onOutput: null,
    powerOn: () => chip.powerOn(),
    apply: (input) => apply(board, input),
  };
  const emit = (output: Output): void => observed.onOutput?.(output);
  const emitNow = (channel: string, value: string, chain: readonly number[]): void =>
    emit({ channel, value, atUs: usOf(chip.machine.now), chain });
  const chain = (): number[] => callChain(board);

  const forgetSerial = observeSerial(board, emit, usOf);
  observeRadio(board, emit, usOf);
  observePins(board, emitNow);
  const flash = { usOf, emit, chain };
  const addressOf = (address: number): number => chip.busAddressOf(address);
  observeFlash(chip.flash, { ...flash, channel: 'flash', addressOf });
  const same = (address: number): number => address;
  observeFlash(board.externalFlash.flash, { ...flash, channel: 'external-flash', addressOf: same });
  chip.onReset = (cause) => {
    forgetSerial();
    if (cause !== 'power-on') emitNow('reset', cause, [chip.machine.bus.currentPc]);
    counter.onReset();
  };
  return observed;
}

/** What looks at single instructions, which makes the core slower: the counter, and whoever waits for the begin of
 *  the application to put patches into RAM. */
function instructionCounter({ chip }: Ez240, patches: readonly Segment[]) {
  const executions = new Float64Array(ADDRESS_SPACE / 2);
  const cpu = chip.cpu as Msp430;
  const { sram } = chip;
  let counts = true;
  const count = (pc: number): void => {
    executions[pc >>> 1]! += 1;
  };
  const place = (): void => {
    for (const { address, bytes } of patches) {
      const at = address - RAM.address;
      sram.set(bytes, at);
      chip.machine.memory.touch(sram.byteOffset + at, bytes.length);
    }
  };
  const unwatch = (): void => {
    cpu.onInstruction = counts ? count : null;
  };
  unwatch();
  return {
    executions,
    stop(): void {
      counts = false;
      if (cpu.onInstruction === count) unwatch();
    },
    /** Patches are placed at the reset, and once more when the application's first instruction is next: what ran
     *  before it may have cleared or remade the area. */
    onReset(): void {
      if (patches.length === 0) return;
      place();
      cpu.onInstruction = (pc) => {
        if (counts) count(pc);
        if (pc < APPLICATION.address || pc >= APPLICATION.end) return;
        place();
        unwatch();
      };
    },
  };
}

function apply(board: Ez240, input: Input): void {
  const { chip } = board;
  switch (input.kind) {
    case 'serial':
      board.host.send(input.bytes);
      break;
    case 'button':
      board.setButton(input.pressed);
      break;
    case 'analog':
      chip.setWave(input.channel, { offsetVolts: input.volts, amplitudeVolts: 0, hz: 0, phase: 0 });
      break;
    case 'temperature':
      chip.parts.setTemperature(input.celsius);
      break;
    case 'radio': {
      const header = Math.round((HEADER_US * chip.machine.rootHz) / 1e6);
      board.radio.hear(input.psdu, chip.machine.now + header);
      break;
    }
    case 'supply':
      chip.setSupplyMillivolts(input.millivolts);
      break;
  }
}

/** A character is complete long after the instruction that sent it: who that was is kept until then.
 *  @returns what a reset does. */
function observeSerial(
  board: Ez240,
  emit: (output: Output) => void,
  usOf: (tick: number) => number,
): () => void {
  const waiting: { readonly byte: number; readonly chain: number[] }[] = [];
  board.host.onPut = (byte) => {
    // A third character takes the place of the one that waits.
    if (waiting.length === IN_TRANSMITTER) waiting.pop();
    waiting.push({ byte, chain: callChain(board) });
  };
  board.host.onTransmit = (byte, _start, end) => {
    let sent = waiting.shift();
    // A reset of the transmitter drops what is in it.
    while (sent !== undefined && sent.byte !== byte) sent = waiting.shift();
    emit({
      channel: 'usart1',
      value: characterText(byte),
      atUs: usOf(end),
      chain: sent?.chain ?? [],
    });
  };
  return () => waiting.splice(0);
}

function observeRadio(
  board: Ez240,
  emit: (output: Output) => void,
  usOf: (tick: number) => number,
): void {
  let strobe: number[] = [];
  board.chip.uart(0).onPut = (byte) => {
    if (byte === STXON || byte === STXONCCA) strobe = callChain(board);
  };
  board.radio.onTransmit = (psdu, _sfd, end) => {
    emit({ channel: 'radio', value: hexBytes(psdu), atUs: usOf(end), chain: strobe });
  };
}

function observePins(
  board: Ez240,
  emitNow: (channel: string, value: string, chain: readonly number[]) => void,
): void {
  const { ports, parts } = board.chip;
  /** Pins that the program drove when the level changed last: one that it lets go of changes by that. */
  const driven = [0, 0, 0, 0, 0, 0];
  ports.onLevels.push(({ port, before, after }) => {
    const now = parts.registers.value(DIRECTIONS[port - 1]!);
    const changed = (before ^ after) & (now | driven[port - 1]!) & ~WIRED[port];
    driven[port - 1] = now;
    if (changed === 0) return;
    const chain = callChain(board);
    for (let pin = 0; pin < 8; pin++) {
      if (((changed >> pin) & 1) === 0) continue;
      const name = `P${port}.${pin}`;
      const level = ((after >> pin) & 1) === 1 ? 'high' : 'low';
      emitNow(name, `${level}${LED_PINS[name] ?? ''}`, chain);
    }
  });
}

/** In RAM or main memory; -1 elsewhere. */
function wordAt({ chip }: Ez240, address: number): number {
  if (address >= RAM.address && address < RAM.end) {
    const at = address - RAM.address;
    return chip.sram[at]! | (chip.sram[at + 1]! << 8);
  }
  if (address < MAIN.address || address >= MAIN.end - 1) return -1;
  const [low = 0, high = 0] = chip.readFlash(address, 2);
  return low | (high << 8);
}

/** The instruction in execution, and who called it as far as the stack shows. */
function callChain(board: Ez240): number[] {
  const { cpu, machine } = board.chip;
  const wordOf = (address: number): number => wordAt(board, address);
  const chain = [machine.bus.currentPc];
  let at = cpu.getRegister('sp') & ~1;
  for (let n = 0; n < STACK_WORDS && at < RAM.end && chain.length < MAX_CHAIN; n++, at += 2) {
    const address = wordOf(at);
    if (address < IFUNCTIONS.address || (address & 1) !== 0) continue;
    if (wordOf(address - 4) !== CALL_IMMEDIATE) continue;
    const called = wordOf(address - 2);
    // An item of a call-indirection table.
    const target = wordOf(called) === BR_IMMEDIATE ? wordOf(called + 2) : called;
    extendCallChain(chain, address, target);
  }
  return chain;
}
