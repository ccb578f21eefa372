/** In-system programming (ISP) of the LPC2478: the ROM's command handler, at its interface.
 *  Source: UM10237 "Flash memory programming firmware": boot process, ISP commands, ISP data format.
 *  Leaves out: the ROM's instructions; the serial line itself is in lpc2000-isp-line.ts. */

import type { Machine } from '../machine/machine.ts';
import type { EventSlot } from '../machine/scheduler.ts';
import { type CommandResult, type FlashCommands, STATUS, type Status } from './lpc2000-commands.ts';
import { type CrpLevel, refusedByCrp } from './lpc2000-crp.ts';
import { IspLine, type IspPort } from './lpc2000-isp-line.ts';
import { UU_BYTES, uuDecode, uuEncode } from './uuencode.ts';

/** RAM the command handler uses (UM10139 "RAM used by ISP command handler"), and its stack. */
const HANDLER_RAM = { address: 0x4000_0120, bytes: 0xe0 };
const STACK = { address: 0x4000_fee0, bytes: 0x100 };
const UNLOCK_CODE = 23130;
const BAUD_RATES: readonly number[] = [9600, 19200, 38400, 57600, 115200, 230400];
const LINES_PER_BLOCK = 20;

/** Phases of a session. */
const OFF = 0;
const AUTOBAUD = 1;
const SYNC = 2;
const CRYSTAL = 3;
const COMMAND = 4;
const BUSY = 5;
const DATA_IN = 6;
const SUM_IN = 7;
const DATA_OUT = 8;
const SUM_OUT = 9;
const LEAVING = 10;

/** Words of the state block. */
const PHASE = 0;
const CRP = 1;
const UNLOCKED = 2;
const SILENT = 3;
const CRYSTAL_KHZ = 4;
const RESULT_STATUS = 5;
const RESULT_WORDS = 6;
const RESULT_0 = 7;
const RESULT_1 = 8;
const ADDRESS = 9;
const LEFT = 10;
const BLOCK_ADDRESS = 11;
const BLOCK_LEFT = 12;
const BLOCK_LINES = 13;
const BLOCK_SUM = 14;
const BLOCK_BAD = 15;
const GO_THUMB = 16;
const WORDS = 18;

/** Commands → number of decimal parameters. */
const PARAMETERS = new Map<string, number>(
  Object.entries({ U: 1, B: 2, A: 1, W: 2, R: 2, P: 2, C: 3, G: 1, E: 2, I: 2, J: 0, K: 0, M: 3 }),
);
/** Commands that need U first. */
const LOCKED: readonly string[] = ['C', 'E', 'G'];

export class Lpc2000Isp {
  readonly commands: FlashCommands;
  /** Command G, after its reply has left. */
  onGo: ((address: number, thumb: boolean) => void) | null = null;
  readonly #machine: Machine;
  readonly #line: IspLine;
  readonly #w: Int32Array;
  readonly #doneSlot: EventSlot;

  constructor(machine: Machine, commands: FlashCommands, port: IspPort) {
    this.#machine = machine;
    this.commands = commands;
    this.#w = machine.memory.stateWords('isp', WORDS);
    this.#doneSlot = machine.scheduler.register('isp command', () => this.#commandDone());
    this.#line = new IspLine(machine, port, {
      synchronised: () => {
        this.#w[PHASE] = SYNC;
        this.#line.say('Synchronized');
      },
      line: (characters) => this.#takeLine(characters),
      ready: () => ![BUSY, LEAVING, DATA_OUT].includes(this.#w[PHASE]!),
      aborted: () => this.#abort(),
      outputEmpty: () => this.#outputEmpty(),
    });
  }

  get running(): boolean {
    return this.#w[PHASE] !== OFF;
  }
  /** What the host said the crystal is; 0 until it did. */
  get crystalKhz(): number {
    return this.#w[CRYSTAL_KHZ]!;
  }

  start(crp: CrpLevel): void {
    this.stop();
    this.#w[PHASE] = AUTOBAUD;
    this.#w[CRP] = crp;
    this.commands.reset();
    this.#line.open();
  }
  stop(): void {
    this.#machine.scheduler.cancel(this.#doneSlot);
    this.#w.fill(0);
    this.#line.close();
  }
  /** The handler's own use of RAM, at every reset: what stood there may be lost. */
  scribbleRam(): void {
    this.commands.scribble(HANDLER_RAM.address, HANDLER_RAM.bytes);
    this.commands.scribble(STACK.address, STACK.bytes);
  }

  #takeLine(line: Uint8Array): void {
    const w = this.#w;
    const text = String.fromCharCode(...line);
    switch (w[PHASE]) {
      case SYNC:
        if (text === 'Synchronized') {
          w[PHASE] = CRYSTAL;
          this.#line.say('OK');
        } else {
          w[PHASE] = AUTOBAUD;
          this.#line.resynchronise();
        }
        return;
      case CRYSTAL:
        if (!/^\d+$/.test(text)) return;
        w[CRYSTAL_KHZ] = Number(text);
        w[PHASE] = COMMAND;
        this.#line.say('OK');
        return;
      case COMMAND: {
        const status = this.#command(text);
        if (status !== null) this.#line.say(String(status));
        return;
      }
      case DATA_IN:
        this.#dataLine(line);
        return;
      case SUM_IN:
        this.#sumLine(text);
        return;
      case SUM_OUT:
        this.#sumAnswer(text);
        return;
    }
  }

  #abort(): void {
    const w = this.#w;
    if (w[PHASE]! < COMMAND) return;
    // A flash operation goes on to its end; its reply is no longer wanted.
    if (w[PHASE] === BUSY) w[SILENT] = 1;
    else w[PHASE] = COMMAND;
  }

  #outputEmpty(): void {
    const w = this.#w;
    if (w[PHASE] === DATA_OUT) this.#nextDataOut();
    if (w[PHASE] !== LEAVING) return;
    const address = w[ADDRESS]! >>> 0;
    const thumb = w[GO_THUMB] === 1;
    this.stop();
    this.onGo?.(address, thumb);
  }

  /** @returns the status to answer with at once, or null when the answer comes later. */
  #command(text: string): Status | null {
    const [name = '', ...words] = text.trim().split(/ +/);
    const mode = name === 'G' ? words.pop() : undefined;
    const p = words.map((word) => (/^\d+$/.test(word) ? Number(word) : Number.NaN));
    const expected = PARAMETERS.get(name);
    if (expected === undefined) return STATUS.INVALID_COMMAND;
    if (p.length !== expected || p.some((value) => !(value <= 0xffff_ffff))) {
      return STATUS.PARAM_ERROR;
    }
    if (LOCKED.includes(name) && this.#w[UNLOCKED] === 0) return STATUS.CMD_LOCKED;
    if (refusedByCrp(this.#w[CRP] as CrpLevel, name, p)) {
      return STATUS.CODE_READ_PROTECTION_ENABLED;
    }
    return this.#setting(name, p) ?? this.#transfer(name, p, mode) ?? this.#flashCommand(name, p);
  }

  #setting(name: string, [a = 0, b = 0]: readonly number[]): Status | undefined {
    switch (name) {
      case 'U':
        if (a === UNLOCK_CODE) this.#w[UNLOCKED] = 1;
        return a === UNLOCK_CODE ? STATUS.CMD_SUCCESS : STATUS.INVALID_CODE;
      case 'B':
        if (!BAUD_RATES.includes(a)) return STATUS.INVALID_BAUD_RATE;
        if (b !== 1 && b !== 2) return STATUS.INVALID_STOP_BIT;
        this.#line.setBaud(a, b);
        return STATUS.CMD_SUCCESS;
      case 'A':
        if (a > 1) return STATUS.PARAM_ERROR;
        this.#line.echo = a === 1;
        return STATUS.CMD_SUCCESS;
      default:
        return undefined;
    }
  }

  #transfer(name: string, p: readonly number[], mode: string | undefined): Status | undefined {
    const [a = 0, count = 0] = p;
    switch (name) {
      case 'W':
        return this.#openData(a, count, DATA_IN, this.commands.isRam(a, count));
      case 'R':
        return this.#openData(a, count, DATA_OUT, this.commands.isReadable(a, count));
      case 'G':
        if (mode !== 'A' && mode !== 'T') return STATUS.PARAM_ERROR;
        if (a % (mode === 'A' ? 4 : 2) !== 0) return STATUS.ADDR_ERROR;
        if (!this.commands.isReadable(a, 4)) return STATUS.ADDR_NOT_MAPPED;
        this.#w[ADDRESS] = a;
        this.#w[GO_THUMB] = mode === 'T' ? 1 : 0;
        this.#w[PHASE] = LEAVING;
        return STATUS.CMD_SUCCESS;
      default:
        return undefined;
    }
  }

  #openData(address: number, count: number, phase: number, isMapped: boolean): Status {
    if (address % 4 !== 0) return STATUS.ADDR_ERROR;
    if (count % 4 !== 0 || count === 0) return STATUS.COUNT_ERROR;
    if (!isMapped) return STATUS.ADDR_NOT_MAPPED;
    if (phase === DATA_IN && usedByHandler(address, count)) {
      const { now, events, bus } = this.#machine;
      const detail = 'W into RAM that the handler itself uses';
      events.raise({ kind: 'rom-parameter', at: now, pc: bus.currentPc, where: 'ISP', detail });
    }
    this.#w[ADDRESS] = address;
    this.#w[LEFT] = count;
    this.#startBlock();
    this.#w[PHASE] = phase;
    return STATUS.CMD_SUCCESS;
  }

  #flashCommand(name: string, [a = 0, b = 0, c = 0]: readonly number[]): null {
    const { commands } = this;
    let result: CommandResult = commands.invalidCommand();
    let words = 0;
    if (name === 'P') result = commands.prepare(a, b);
    else if (name === 'C') result = commands.copyRamToFlash(a, b, c);
    else if (name === 'E') result = commands.erase(a, b);
    else if (name === 'I') {
      result = commands.blankCheck(a, b);
      words = result.status === STATUS.SECTOR_NOT_BLANK ? 2 : 0;
    } else if (name === 'M') {
      result = commands.compare(a, b, c);
      words = result.status === STATUS.COMPARE_ERROR ? 1 : 0;
    } else if (name === 'J') {
      result = commands.readPartId();
      words = 1;
    } else if (name === 'K') {
      // Low byte (minor) first, each in a line of its own.
      const version = commands.readBootVersion();
      result = { ...version, r0: version.r0 & 0xff, r1: version.r0 >>> 8 };
      words = 2;
    }
    this.#answerLater(result, words);
    return null;
  }

  /** Answer when the command has been carried out: at the end of its flash operation, if it has one. */
  #answerLater(result: CommandResult, words: number): void {
    const { scheduler, rootHz, now } = this.#machine;
    const { flash, cclkKhz } = this.commands.options;
    const ticks = Math.ceil((result.cycles * rootHz) / (cclkKhz() * 1000));
    const w = this.#w;
    w[PHASE] = BUSY;
    w[RESULT_STATUS] = result.status;
    w[RESULT_WORDS] = words;
    w[RESULT_0] = result.r0;
    w[RESULT_1] = result.r1;
    scheduler.schedule(this.#doneSlot, flash.operation?.endTick ?? now + ticks);
  }
  #commandDone(): void {
    const w = this.#w;
    w[PHASE] = COMMAND;
    if (w[SILENT] === 0) {
      this.#line.say(String(w[RESULT_STATUS]));
      for (let i = 0; i < w[RESULT_WORDS]!; i++) this.#line.say(String(w[RESULT_0 + i]! >>> 0));
    }
    w[SILENT] = 0;
    this.#line.pump();
  }

  #startBlock(): void {
    const w = this.#w;
    w[BLOCK_ADDRESS] = w[ADDRESS]!;
    w[BLOCK_LEFT] = w[LEFT]!;
    w[BLOCK_LINES] = 0;
    w[BLOCK_SUM] = 0;
    w[BLOCK_BAD] = 0;
  }
  #repeatBlock(): void {
    this.#w[ADDRESS] = this.#w[BLOCK_ADDRESS]!;
    this.#w[LEFT] = this.#w[BLOCK_LEFT]!;
    this.#startBlock();
  }
  /** @returns true when the checksum is due. */
  #countLine(bytes: number): boolean {
    const w = this.#w;
    w[ADDRESS]! += bytes;
    w[LEFT]! -= bytes;
    w[BLOCK_LINES]!++;
    return w[BLOCK_LINES] === LINES_PER_BLOCK || w[LEFT] === 0;
  }

  #dataLine(line: Uint8Array): void {
    const w = this.#w;
    const expected = Math.min(UU_BYTES, w[LEFT]!);
    const bytes = uuDecode(line, expected);
    if (bytes === null) w[BLOCK_BAD] = 1;
    else {
      for (let i = 0; i < bytes.length; i++) {
        this.#machine.bus.write((w[ADDRESS]! + i) >>> 0, 1, bytes[i]!);
        w[BLOCK_SUM]! += bytes[i]!;
      }
    }
    if (this.#countLine(expected)) w[PHASE] = SUM_IN;
  }
  #sumLine(text: string): void {
    const w = this.#w;
    const good = w[BLOCK_BAD] === 0 && text.trim() === String(w[BLOCK_SUM]);
    if (good) this.#startBlock();
    else this.#repeatBlock();
    w[PHASE] = good && w[LEFT] === 0 ? COMMAND : DATA_IN;
    this.#line.say(good ? 'OK' : 'RESEND');
  }

  /** One more line of "Read memory", once the one before has left. */
  #nextDataOut(): void {
    const w = this.#w;
    const bytes = new Uint8Array(Math.min(UU_BYTES, w[LEFT]!));
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] = this.#machine.bus.read((w[ADDRESS]! + i) >>> 0, 1);
      w[BLOCK_SUM]! += bytes[i]!;
    }
    const sumIsDue = this.#countLine(bytes.length);
    this.#line.say(String.fromCharCode(...uuEncode(bytes)));
    if (!sumIsDue) return;
    this.#line.say(String(w[BLOCK_SUM]));
    w[PHASE] = SUM_OUT;
  }
  #sumAnswer(text: string): void {
    const w = this.#w;
    if (text.trim() === 'OK') this.#startBlock();
    else this.#repeatBlock();
    w[PHASE] = w[LEFT] === 0 ? COMMAND : DATA_OUT;
    if (w[PHASE] === DATA_OUT) this.#nextDataOut();
  }
}

const usedByHandler = (address: number, count: number): boolean =>
  [HANDLER_RAM, STACK].some(
    (area) => address < area.address + area.bytes && area.address < address + count,
  );
