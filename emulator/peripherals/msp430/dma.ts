/** DMA controller of the MSP430F1611: three channels, single and block transfers, one unit each two MCLK.
 *  Source: MSP430x1xx family user's guide, "DMA Controller"; msp430f1611.h. The lowest channel goes first.
 *  Leaves out, as gaps: level triggers, round robin, aborts by the NMI, ENNMI. Burst-block transfers stop the CPU
 *  throughout, as blocks do; the synchronization to MCLK takes no time. */

import type { Machine } from '../../machine/machine.ts';
import {
  bit,
  bits,
  fieldOf,
  gap,
  type Register,
  register,
  reserved,
  wordRegister,
} from '../../machine/registers.ts';
import type { EventSlot } from '../../machine/scheduler.ts';
import { type Msp430Interrupts, VECTORS } from './interrupts.ts';
import type { RegisterSpace } from './register-space.ts';
import type { ResetKind } from './sfr.ts';

/** Codes of DMAxTSEL. */
export const DMA_TRIGGERS = {
  software: 0,
  taccr2: 1,
  tbccr2: 2,
  usart0rx: 3,
  usart0tx: 4,
  adc12: 6,
  taccr0: 7,
  tbccr0: 8,
  usart1rx: 9,
  usart1tx: 10,
  previousChannel: 14,
} as const;
export type DmaTrigger = (typeof DMA_TRIGGERS)[keyof typeof DMA_TRIGGERS];

const CHANNELS = [0, 1, 2] as const;
const NO_ORDER = 'the lowest channel goes first, and an NMI aborts nothing';
const CTL0 = register(
  'DMACTL0',
  { at: 0x122, width: 16 },
  { RES: reserved(bits(15, 12)), TSEL2: bits(11, 8), TSEL1: bits(7, 4), TSEL0: bits(3, 0) },
);
const CTL1 = register(
  'DMACTL1',
  { at: 0x124, width: 16 },
  {
    RES: reserved(bits(15, 3)),
    DMAONFETCH: bit(2),
    ROUNDROBIN: gap(bit(1), NO_ORDER),
    ENNMI: gap(bit(0), NO_ORDER),
  },
);
const channelControl = (n: number) =>
  register(
    `DMA${n}CTL`,
    { at: 0x1e0 + 8 * n, width: 16 },
    {
      RES: reserved(bit(15)),
      DT: bits(14, 12),
      DSTINCR: bits(11, 10),
      SRCINCR: bits(9, 8),
      DSTBYTE: bit(7),
      SRCBYTE: bit(6),
      LEVEL: gap(bit(5), 'triggers are edges'),
      EN: bit(4),
      IFG: bit(3),
      IE: bit(2),
      ABORT: gap(bit(1), NO_ORDER),
      REQ: bit(0),
    },
  );
const word = (n: number, name: string, at: number): Register =>
  wordRegister(`DMA${n}${name}`, { at: 0x1e0 + 8 * n + at, width: 16 });
const BLOCKS = CHANNELS.map((n) => ({
  CTL: channelControl(n),
  SA: word(n, 'SA', 2),
  DA: word(n, 'DA', 4),
  SZ: word(n, 'SZ', 6),
}));
export const DMA_REGISTERS: readonly Register[] = [
  CTL0,
  CTL1,
  ...BLOCKS.flatMap((block) => Object.values(block)),
];
const { EN, IFG, IE, REQ, DT, DSTBYTE, SRCBYTE, DSTINCR, SRCINCR } = BLOCKS[0]!.CTL.mask;
const REPEATED = 4;
const TRANSFER_CYCLES = 2;

export interface DmaOptions {
  /** The CPU stands still while this is on. */
  readonly hold: (on: boolean) => void;
  /** Clears the flag behind a trigger as its transfer starts, where reading the data does not. */
  readonly acknowledge: (trigger: DmaTrigger) => void;
}

/** Words of a channel: units that are due, and what was set when it was enabled. */
const DUE = 0;
const SOURCE = 1;
const DESTINATION = 2;
const SIZE = 3;
const WORDS = 4;

export class Msp430Dma {
  readonly #machine: Machine;
  readonly #registers: RegisterSpace;
  readonly #interrupts: Msp430Interrupts;
  readonly #options: DmaOptions;
  readonly #s: Int32Array;
  readonly #slot: EventSlot;

  constructor(
    machine: Machine,
    registers: RegisterSpace,
    interrupts: Msp430Interrupts,
    options: DmaOptions,
  ) {
    this.#machine = machine;
    this.#registers = registers;
    this.#interrupts = interrupts;
    this.#options = options;
    this.#s = machine.memory.stateWords('DMA', WORDS * CHANNELS.length);
    this.#slot = machine.scheduler.register('DMA transfer', () => this.#step());
    registers.declare(DMA_REGISTERS);
    for (const n of CHANNELS) {
      registers.hook(BLOCKS[n]!.CTL, { write: (_value, previous) => this.#control(n, previous) });
    }
  }

  reset(_cause: ResetKind): void {
    const wasBusy = this.#next() >= 0;
    this.#registers.reset(DMA_REGISTERS);
    this.#s.fill(0);
    this.#machine.scheduler.cancel(this.#slot);
    if (wasBusy) this.#options.hold(false);
    this.#line();
  }
  /** Something has happened that starts what waits for it. */
  request(trigger: DmaTrigger): void {
    for (const n of CHANNELS) if (this.#selected(n) === trigger) this.#start(n, trigger);
  }

  #selected(n: number): number {
    return (this.#registers.value(CTL0) >>> (4 * n)) & 15;
  }
  #control(n: number, previous: number): void {
    const registers = this.#registers;
    const { CTL, SA, DA, SZ } = BLOCKS[n]!;
    const value = registers.value(CTL);
    registers.setBits(CTL, REQ, false);
    if ((value & ~previous & EN) !== 0) {
      this.#s.set([0, registers.value(SA), registers.value(DA), registers.value(SZ)], n * WORDS);
    }
    if ((value & EN) === 0) this.#s[n * WORDS + DUE] = 0;
    if ((value & REQ) !== 0 && this.#selected(n) === DMA_TRIGGERS.software) {
      this.#start(n, DMA_TRIGGERS.software);
    }
    this.#line();
  }
  #start(n: number, trigger: DmaTrigger): void {
    const control = this.#registers.value(BLOCKS[n]!.CTL);
    const at = n * WORDS;
    const left = this.#registers.value(BLOCKS[n]!.SZ);
    if ((control & EN) === 0 || this.#s[at + DUE] !== 0 || left === 0) return;
    const isSingle = (fieldOf(control, DT) & ~REPEATED) === 0;
    const wasIdle = this.#next() < 0;
    this.#s[at + DUE] = isSingle ? 1 : left;
    this.#options.acknowledge(trigger);
    if (!wasIdle) return;
    this.#options.hold(true);
    this.#plan();
  }
  /** Channel that goes next, -1 for none. */
  #next(): number {
    return CHANNELS.findIndex((n) => this.#s[n * WORDS + DUE]! > 0);
  }
  #plan(): void {
    const { scheduler } = this.#machine;
    scheduler.schedule(this.#slot, scheduler.now + TRANSFER_CYCLES * scheduler.ticksPerCycle);
  }
  #step(): void {
    const n = this.#next();
    if (n >= 0) this.#transfer(n);
    if (this.#next() >= 0) this.#plan();
    else this.#options.hold(false);
  }

  #transfer(n: number): void {
    const registers = this.#registers;
    const { bus } = this.#machine;
    const { CTL, SZ } = BLOCKS[n]!;
    const control = registers.value(CTL);
    const at = n * WORDS;
    const s = this.#s;
    const from = (control & SRCBYTE) !== 0 ? 1 : 2;
    const to = (control & DSTBYTE) !== 0 ? 1 : 2;
    s[at + DUE]!--;
    const source = s[at + SOURCE]!;
    const destination = s[at + DESTINATION]!;
    s[at + SOURCE] = moved(source, fieldOf(control, SRCINCR), from);
    s[at + DESTINATION] = moved(destination, fieldOf(control, DSTINCR), to);
    const left = registers.value(SZ) - 1;
    registers.set(SZ, left);
    // The core takes aborts of its own accesses only.
    const { aborted } = bus;
    bus.write(destination, to, bus.read(source, from) & (to === 1 ? 0xff : 0xffff));
    bus.aborted = aborted;
    if (left === 0) this.#finish(n, control);
  }
  #finish(n: number, control: number): void {
    const registers = this.#registers;
    const { CTL, SA, DA, SZ } = BLOCKS[n]!;
    const at = n * WORDS;
    this.#s[at + DUE] = 0;
    registers.set(SZ, this.#s[at + SIZE]!);
    this.#s[at + SOURCE] = registers.value(SA);
    this.#s[at + DESTINATION] = registers.value(DA);
    if ((fieldOf(control, DT) & REPEATED) === 0) registers.setBits(CTL, EN, false);
    registers.setBits(CTL, IFG, true);
    this.#line();
    const following = (n + 1) % CHANNELS.length;
    if (this.#selected(following) === DMA_TRIGGERS.previousChannel) {
      this.#start(following, DMA_TRIGGERS.previousChannel);
    }
  }
  #line(): void {
    const on = BLOCKS.some(({ CTL }) => {
      const control = this.#registers.value(CTL);
      return (control & IE) !== 0 && (control & IFG) !== 0;
    });
    this.#interrupts.set(VECTORS.DACDMA, on);
  }
}

/** Increment codes: 2 down, 3 up, else the same address. */
function moved(address: number, code: number, bytes: number): number {
  if (code < 2) return address;
  return (address + (code === 3 ? bytes : -bytes)) & 0xffff;
}
