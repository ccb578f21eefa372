/** The emulated bench: a board, a line and a station's session in one virtual time.
 *  The only file that runs machines for the harness. Everything it holds beside the machine is plain
 *  data, so a fault run forks from a snapshot. Leaves out: what a cut means (faults/, run-update). */

import type { LineRange } from '../../emulator/flash/line-watch.ts';
import type { Region } from '../../emulator/machine/memory.ts';
import type { Snapshot } from '../../emulator/machine/snapshot.ts';
import { hashMachine } from '../../emulator/machine/state-hash.ts';
import type { TornModel } from '../faults/fault-plan.ts';
import type { Line, Session } from '../transport/session.ts';
import type { EmulatedBoard } from './boards/board.ts';
import type { PartOperation, Words } from './flash-set.ts';
import { ProgressLimits, type SavedProgress } from './progress-limits.ts';
import type { Recorder } from './recorder.ts';
import { ticksOf, usOf } from './virtual-time.ts';

/** Quiet time after the last character after which a modem hands a frame on: at least this, and at least two
 *  characters at the rate of the line. */
const LEAST_FRAME_GAP_US = 200;
const FRAME_GAP_CHARACTERS = 2;
const BITS_OF_CHARACTER = 11;

/** Words of a block are one operation while no more time than this passes between two of them. */
const WORD_PAUSE_US = 1_000;

/** An instruction, and the entry of an interrupt before it. */
const LONGEST_STEP_CYCLES = 16;

/** How often the limits are looked at. */
const CHECK_US = 50_000;
/** Distance between the noise sequences of two power-ons, so that weak cells do not read alike. */
const READS_PER_BOOT = 1 << 20;

export type BenchStop =
  | 'time'
  | 'operation-begin'
  | 'operation-end'
  | 'uplink'
  | 'session-end'
  | 'limit';

export interface BenchSnapshot {
  readonly machine: Snapshot;
  /** The session that was connected, and what it was then. */
  readonly session: { readonly connected: Session; readonly saved: string } | null;
  readonly line: string;
  readonly plain: string;
  readonly progress: SavedProgress;
}

interface InFlight {
  readonly at: number;
  readonly direction: 'down' | 'up';
  readonly bytes: readonly number[];
}

/** All bench state that is not in the machine, the session or the line. */
interface BenchState {
  stationListens: boolean;
  inFlight: InFlight[];
  uplink: number[];
  uplinkEndsAt: number;
  boots: number;
  operations: number;
  /** The word that another of its block may follow as a part of the same operation. */
  lastWord: PartOperation | null;
  lastActivityAt: number;
  /** The last frame of the device: one that says the same for ever makes no progress. */
  lastSaid: string;
}

export class EmulatedBench {
  readonly board: EmulatedBoard;
  readonly recorder: Recorder;
  #session: Session | null = null;
  #line: Line;
  #state: BenchState;
  #stop: BenchStop | null = null;
  #stopAtOperation = false;
  #stopAtEndOf: PartOperation | null = null;
  /** Words of the operation that is being looked ahead at. */
  #words: PartOperation[] | null = null;
  #stopAtUplink = false;
  readonly #limits: ProgressLimits;
  readonly #frameGapUs: number;

  readonly #isFrame: (bytes: Uint8Array) => boolean;

  /** @param isFrame whether the device has said something whole: only that is a sign of life. */
  constructor(
    board: EmulatedBoard,
    line: Line,
    recorder: Recorder,
    isFrame: (bytes: Uint8Array) => boolean,
  ) {
    this.#isFrame = isFrame;
    this.board = board;
    this.#line = line;
    this.recorder = recorder;
    const characterUs = (BITS_OF_CHARACTER * 1e6) / board.protocolPort.line.peer.baud;
    this.#frameGapUs = Math.max(LEAST_FRAME_GAP_US, Math.ceil(FRAME_GAP_CHARACTERS * characterUs));
    this.#state = {
      stationListens: true,
      inFlight: [],
      uplink: [],
      uplinkEndsAt: Number.POSITIVE_INFINITY,
      boots: 0,
      operations: 0,
      lastWord: null,
      lastActivityAt: 0,
      lastSaid: '',
    };
    board.protocolPort.onTransmit = (byte, _start, end) => this.#onUplinkByte(byte, end);
    if (board.consolePort !== null) {
      board.consolePort.onTransmit = (byte, _start, end) => {
        recorder.consoleByte(byte, this.usOf(end));
      };
    }
    board.onReset = (cause) => this.#onReset(cause);
    board.flash.onOperationBegin = (operation) => this.#onOperationBegin(operation);
    board.flash.onOperationEnd = (operation) => this.#onOperationEnd(operation);
    this.#limits = new ProgressLimits(board.machine, () => {
      this.#stop = 'limit';
    });
  }

  get nowUs(): number {
    return this.usOf(this.board.machine.now);
  }
  get boots(): number {
    return this.#state.boots;
  }
  /** Flash operations begun since `countOperationsFromHere`. */
  get operations(): number {
    return this.#state.operations;
  }
  get session(): Session | null {
    return this.#session;
  }
  /** Last reset, flash operation or console character, microseconds. */
  get lastActivityUs(): number {
    return this.usOf(this.#state.lastActivityAt);
  }

  connect(session: Session): void {
    this.#session = session;
    this.#state.stationListens = true;
    this.#state.uplink = [];
    this.#state.uplinkEndsAt = Number.POSITIVE_INFINITY;
  }
  /** The station goes silent: what is on the wire is lost, nothing more comes. */
  disconnect(): void {
    this.#state.stationListens = false;
    this.#state.inFlight = [];
  }
  countOperationsFromHere(): void {
    this.#state.operations = 0;
  }

  powerOn(): void {
    this.#state.boots++;
    this.recorder.add(this.nowUs, 'power-on', 'power on');
    this.board.powerOn();
    this.board.flash.setReadCount(this.#state.boots * READS_PER_BOOT);
    this.#state.lastWord = null;
    this.markProgress();
    this.#state.lastActivityAt = this.board.machine.now;
  }

  /** Loss of supply now. The flash operation that the cut is for is torn if it is in flight; `null` = it never
   *  took effect. */
  cutPower(torn: TornModel | null, seed: number, target: PartOperation): void {
    this.recorder.add(this.nowUs, 'cut', `power cut${torn === null ? '' : `, torn: ${torn}`}`);
    this.board.flash.powerFail(torn, seed, target);
    this.board.powerOff();
    this.#state.uplink = [];
    this.#state.uplinkEndsAt = Number.POSITIVE_INFINITY;
    this.#state.inFlight = [];
  }

  /** Without supply for at least this long, and until a whole multiple of it: power that comes back on a
   *  grid of time is what lets states that are equal but for microseconds be equal. */
  stayOff(gridUs: number): void {
    const until = Math.ceil((this.nowUs + gridUs) / gridUs) * gridUs;
    this.board.machine.scheduler.now = this.#ticksOf(until);
  }

  /** Run to the begin of the next flash operation, before it has any effect. */
  runToOperation(limitUs: number): BenchStop {
    this.#stopAtOperation = true;
    const why = this.run(limitUs);
    this.#stopAtOperation = false;
    return why;
  }
  /** Run on while it makes no difference whether the station listens: until the device begins to speak, the
   *  station wants to, a flash operation begins, or `limitUs`. */
  runToContact(limitUs: number): BenchStop {
    const deadlineUs = this.#session?.deadlineUs() ?? Number.POSITIVE_INFINITY;
    // A deadline is a microsecond: the machine is to stop before it.
    const untilUs = Math.min(limitUs, deadlineUs - 1);
    if (untilUs <= this.nowUs) return 'time';
    this.#stopAtUplink = true;
    const why = this.runToOperation(untilUs);
    this.#stopAtUplink = false;
    return why;
  }
  /** Run to the end of a flash operation of one array, just after its last effect. */
  runToOperationEnd(operation: PartOperation, limitUs: number): BenchStop {
    this.#stopAtEndOf = operation;
    const why = this.run(limitUs);
    this.#stopAtEndOf = null;
    return why;
  }
  /** The flash operation that has just begun, with all words of its block that will follow it: how many there are
   *  is seen by running on, and then going back. */
  lookAhead(): Words | null {
    const { operation: first } = this.board.flash;
    if (first === null || !this.board.flash.takesWords(first)) return first && [first];
    const here = this.snapshot();
    const { enabled } = this.recorder;
    this.recorder.enabled = false;
    const words: [PartOperation, ...PartOperation[]] = [first];
    this.#words = words;
    let known = 0;
    let why: BenchStop = 'time';
    // Once nothing has come for so long, or something else has, the block's words are all there.
    while (why === 'time' && known < words.length) {
      known = words.length;
      why = this.runToOperation(this.usOf(words.at(-1)!.endTick) + WORD_PAUSE_US + 1);
    }
    this.#words = null;
    this.recorder.enabled = enabled;
    this.restore(here);
    return words;
  }

  /** Run until virtual time `limitUs`, but so that the operation is still in flight: what the CPU executes then may
   *  take longer than what is left of a short one. */
  runInto({ endTick }: PartOperation, limitUs: number): void {
    const { ticksPerCycle } = this.board.machine.scheduler;
    this.run(limitUs, Math.floor(endTick - LONGEST_STEP_CYCLES * ticksPerCycle));
  }
  /** Run until virtual time `limitUs`, the end of the session, or a stop asked for. */
  run(limitUs: number, limitTick = Number.POSITIVE_INFINITY): BenchStop {
    const { machine } = this.board;
    const checkTicks = this.#ticksOf(CHECK_US);
    const limit = Math.min(this.#ticksOf(limitUs), limitTick);
    this.#stop = null;
    for (;;) {
      this.#pumpStation();
      if (this.#stop !== null) return this.#stop;
      if (machine.now >= limit) return 'time';
      this.#limits.check();
      if (this.#stop !== null) return this.#stop;
      const check = machine.now + checkTicks;
      machine.runUntil(Math.min(limit, check, this.#nextStationTick()));
      if (this.#stop !== null) return this.#stop;
    }
  }

  /** Speak to the ROM's serial loader as a programmer does: `?`, and look for its answer. */
  romLoaderAnswers(withinUs: number): boolean {
    this.recorder.consoleText = '';
    this.board.consolePort?.send(Uint8Array.of(0x3f));
    this.run(this.nowUs + withinUs);
    return this.recorder.consoleText.includes('Synchronized');
  }

  snapshot(): BenchSnapshot {
    return {
      machine: this.board.machine.takeSnapshot(),
      session:
        this.#session === null
          ? null
          : { connected: this.#session, saved: this.#session.save(this.nowUs) },
      line: this.#line.save(),
      plain: JSON.stringify(this.#state, infinityAsText),
      progress: this.#limits.save(),
    };
  }
  restore(snapshot: BenchSnapshot): void {
    this.board.machine.restoreSnapshot(snapshot.machine);
    this.#state = JSON.parse(snapshot.plain, textAsInfinity) as BenchState;
    this.#limits.restore(snapshot.progress);
    this.#line.restore(snapshot.line);
    this.#session = snapshot.session?.connected ?? null;
    if (snapshot.session !== null) this.#session?.restore(snapshot.session.saved, this.nowUs);
  }

  /** Everything but the flash cells that can matter after a cut, as text: equal text = equal. */
  surroundingsKey(withStation: boolean): string {
    const retained = this.board.retainedHash();
    if (!withStation) return String(retained);
    return `${retained} ${this.#session?.save(this.nowUs)} ${this.#line.save()}`;
  }

  /** Everything that can matter to the future of the whole bench but these flash lines, for each choice of lines:
   *  equal text = equal future, as far as it does not depend on those lines.
   *  @param stationListens whether the station will, from here on. */
  futureKeys(without: readonly (readonly LineRange[])[], stationListens: boolean): string[] {
    const { machine, flash } = this.board;
    const rest = hashMachine(machine, (region) => flash.ownsRegion(region) || isTally(region));
    const { inFlight, uplink, uplinkEndsAt, boots } = this.#state;
    const wire = JSON.stringify([stationListens, inFlight, uplink, uplinkEndsAt, boots]);
    const around = `${rest} ${wire} ${stationListens ? this.surroundingsKey(true) : ''}`;
    return without.map((ranges) => `${flash.futureKey(ranges)} ${around}`);
  }

  /** A limit that ended the run early, or null. */
  get limitReached(): string | null {
    return this.#limits.reached;
  }
  /** A sign of life, or a new chance for the device: the limits count from here. */
  markProgress(): void {
    this.#limits.mark();
  }

  /** Whole microseconds of virtual time that have passed at a tick. */
  usOf(ticks: number): number {
    return usOf(ticks, this.board.machine.rootHz);
  }
  #ticksOf(us: number): number {
    return ticksOf(us, this.board.machine.rootHz);
  }

  #nextStationTick(): number {
    let next = this.#state.uplinkEndsAt;
    for (const item of this.#state.inFlight) next = Math.min(next, item.at);
    if (this.#session !== null && this.#state.stationListens) {
      next = Math.min(next, this.#ticksOf(this.#session.deadlineUs()));
    }
    return next;
  }

  /** Deliver what is due, let the station act, and put its frames on the line. */
  #pumpStation(): void {
    const now = this.board.machine.now;
    const state = this.#state;
    if (now >= state.uplinkEndsAt) this.#endOfUplinkFrame();
    if (state.inFlight.length > 0) this.#deliverDue(now);
    const session = this.#session;
    if (session === null || !state.stationListens) return;
    const nowUs = this.nowUs;
    if (now >= this.#ticksOf(session.deadlineUs())) session.tick(nowUs);
    for (;;) {
      const frame = session.nextFrame(nowUs);
      if (frame === null) break;
      this.recorder.frame(nowUs, 'frame-down', frame);
      this.#putOnLine(frame, 'down');
    }
    if (session.result.state !== 'running') this.#stop = 'session-end';
  }

  #putOnLine(frame: Uint8Array, direction: 'down' | 'up'): void {
    for (const delivery of this.#line.carry(frame, direction, this.nowUs)) {
      const at = this.board.machine.now + this.#ticksOf(delivery.delayUs);
      this.#state.inFlight.push({ at, direction, bytes: [...delivery.bytes] });
    }
    this.#deliverDue(this.board.machine.now);
  }

  #deliverDue(now: number): void {
    const due = this.#state.inFlight.filter((item) => item.at <= now);
    if (due.length === 0) return;
    this.#state.inFlight = this.#state.inFlight.filter((item) => item.at > now);
    for (const item of due) {
      const bytes = Uint8Array.from(item.bytes);
      if (item.direction === 'down') this.board.protocolPort.send(bytes);
      else if (this.#state.stationListens) this.#session?.receive(bytes, this.nowUs);
    }
  }

  #onUplinkByte(byte: number, endTicks: number): void {
    const state = this.#state;
    state.uplink.push(byte);
    const wasIdle = state.uplinkEndsAt === Number.POSITIVE_INFINITY;
    state.uplinkEndsAt = endTicks + this.#ticksOf(this.#frameGapUs);
    if (!wasIdle) return;
    if (this.#stopAtUplink) this.#stop = 'uplink';
    this.board.machine.stop();
  }

  #endOfUplinkFrame(): void {
    const frame = Uint8Array.from(this.#state.uplink);
    const said = frame.join();
    if (this.#isFrame(frame) && said !== this.#state.lastSaid) this.markProgress();
    this.#state.lastSaid = said;
    this.#state.uplink = [];
    this.#state.uplinkEndsAt = Number.POSITIVE_INFINITY;
    this.recorder.frame(this.nowUs, 'frame-up', frame);
    if (this.#state.stationListens) this.#putOnLine(frame, 'up');
  }

  #onReset(cause: string): void {
    this.#state.boots++;
    this.#state.lastActivityAt = this.board.machine.now;
    this.#state.lastWord = null;
    this.recorder.add(this.nowUs, 'reset', `reset by ${cause}`);
    this.#limits.checkBoots(this.#state.boots);
  }

  #onOperationBegin(operation: PartOperation): void {
    const isNextWord = this.#isNextWord(operation);
    this.#state.lastWord = this.board.flash.takesWords(operation) ? operation : null;
    this.#state.lastActivityAt = operation.endTick;
    this.#limits.markOperation(isNextWord);
    if (isNextWord) {
      this.recorder.nextWord(operation, this.usOf(operation.endTick));
      this.#words?.push(operation);
      return;
    }
    this.recorder.operation(operation, this.#state.operations, this.board);
    this.#state.operations++;
    if (!this.#stopAtOperation) return;
    this.#stop = 'operation-begin';
    this.board.machine.stop();
  }
  #isNextWord(operation: PartOperation): boolean {
    const { lastWord } = this.#state;
    if (lastWord === null || !this.board.flash.isNextWord(lastWord, operation)) return false;
    return this.usOf(operation.startTick) - this.usOf(lastWord.endTick) <= WORD_PAUSE_US;
  }
  #onOperationEnd({ part, index }: PartOperation): void {
    if (this.#stopAtEndOf?.part !== part || this.#stopAtEndOf.index !== index) return;
    this.#stop = 'operation-end';
    this.board.machine.stop();
  }
}

/** Counts for reports, which nothing in the machine reads. */
const isTally = (region: Region): boolean => region.name.startsWith('tally of ');

const infinityAsText = (_key: string, value: unknown): unknown =>
  value === Number.POSITIVE_INFINITY ? 'Infinity' : value;
const textAsInfinity = (_key: string, value: unknown): unknown =>
  value === 'Infinity' ? Number.POSITIVE_INFINITY : value;
