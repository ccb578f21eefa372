/** M25P80: 1 MB of serial flash behind chip select, its cells a NOR array in time.
 *  Source: Micron M25P80 data sheet, "Instructions", "Power-up and power-down", "AC characteristics" (110 nm,
 *  typical times). Modify commands take effect when S# rises on a byte boundary.
 *  Leaves out: W# and the status register's SRWD, the delays of power-up and of deep power-down's end,
 *  the unique identification behind RDID. UNKNOWN: cells after a cut; the array's torn models are taken. */

import { M25P80_POWER_STATES, type M25p80PowerState } from '../energy/ez240-currents.ts';
import { EnergyMeter } from '../energy/meter.ts';
import { NorArray, type NorOptions, norMemory } from '../flash/nor-array.ts';
import type { Machine } from '../machine/machine.ts';
import type { EventSlot } from '../machine/scheduler.ts';

const KB = 1024;
const SECTOR_BYTES = 64 * KB;
const SECTORS = 16;
const PAGE = 256;
const BYTES = SECTOR_BYTES * SECTORS;
const SECTOR_ERASE_US = 600_000;
const BULK_ERASE_US = 8_000_000;
const STATUS_US = 1_300;

export const M25P80_NVM: NorOptions = {
  name: 'm25p80',
  address: 0,
  bytes: BYTES,
  ecc: false,
  sectors: Array.from({ length: SECTORS }, (_, index) => ({
    index,
    address: index * SECTOR_BYTES,
    bytes: SECTOR_BYTES,
  })),
  rowBytes: PAGE,
  maxProgramBytes: PAGE,
  timing: { eraseTimeUs: SECTOR_ERASE_US, programTimeUs: 640 },
  endurance: 100_000,
  seed: 0x5eed,
  // The microcontroller's reset is not this part's.
  tornByReset: null,
};
const cells = norMemory(M25P80_NVM.bytes, SECTORS, PAGE);
export const M25P80_MEMORY = { stateBytes: cells.stateBytes + 1024, bulkBytes: cells.bulkBytes };

const [WRSR, PP, READ, WRDI, RDSR, WREN, FAST_READ] = [1, 2, 3, 4, 5, 6, 0x0b];
const [RDID, RES, DP, BE, SE] = [0x9f, 0xab, 0xb9, 0xc7, 0xd8];
const IDENTIFICATION = [0x20, 0x20, 0x14];
const SIGNATURE = 0x13;
/** Status register. */
const WIP = 1;
const WEL = 2;
const BP = 0x1c;
/** First protected sector by BP2:0. */
const FIRST_PROTECTED = [16, 15, 14, 12, 8, 0, 0, 0];

/** Words of the state. */
const SELECTED = 0;
const COUNT = 1;
const COMMAND = 2;
const ADDRESS = 3;
const STATUS = 4;
const ASLEEP = 5;
const DATA = 6;
const POWERED = 7;
const HELD = 8;
/** Words of the tally. */
const BYTES_READ = 0;
const BYTES_PROGRAMMED = 1;

export class M25p80 {
  readonly flash: NorArray;
  readonly energy: EnergyMeter<M25p80PowerState>;
  readonly #tally: Int32Array;
  readonly #machine: Machine;
  readonly #s: Int32Array;
  /** Page buffer: byte n of the page is the last one sent for it. */
  readonly #page: Uint8Array;
  readonly #statusSlot: EventSlot;

  constructor(machine: Machine, options: Partial<NorOptions> = {}) {
    this.#machine = machine;
    this.flash = new NorArray(machine, { ...M25P80_NVM, ...options });
    this.#s = machine.memory.stateWords('M25P80', 9);
    this.energy = new EnergyMeter(machine, 'M25P80 power', M25P80_POWER_STATES);
    this.#tally = machine.memory.stateWords('tally of M25P80 bytes', 2);
    this.#page = machine.memory.stateU8('M25P80 page', PAGE);
    this.#statusSlot = machine.scheduler.register('M25P80 status', () => {
      this.#s[STATUS] = this.#s[DATA]! & BP;
      this.#rest();
    });
    this.flash.doneListeners.push(() => {
      this.#s[STATUS] = this.#s[STATUS]! & ~(WIP | WEL);
      this.#rest();
    });
  }

  /** Since the machine was made. */
  get bytesRead(): number {
    return this.#tally[BYTES_READ]!;
  }
  get bytesProgrammed(): number {
    return this.#tally[BYTES_PROGRAMMED]!;
  }

  /** A bench that tears an operation calls `flash.powerFail` before. */
  setPower(on: boolean): void {
    if (!on) this.flash.powerFail(null, 0);
    else this.flash.powerOn();
    this.#machine.scheduler.cancel(this.#statusSlot);
    this.#s[STATUS] = this.#s[STATUS]! & BP;
    this.#s[SELECTED] = 0;
    this.#s[ASLEEP] = 0;
    this.#s[POWERED] = on ? 1 : 0;
    this.#rest();
  }
  select(on: boolean): void {
    const s = this.#s;
    if (on === (s[SELECTED] === 1)) return;
    s[SELECTED] = on ? 1 : 0;
    if (on) {
      s[COUNT] = 0;
      s[COMMAND] = 0;
    } else if (s[COUNT]! > 0 && s[POWERED] === 1) {
      this.#execute();
      if ((s[STATUS]! & WIP) === 0) this.#rest();
    }
  }
  /** HOLD#: the part does not see the clock, and drives nothing. */
  hold(on: boolean): void {
    this.#s[HELD] = on ? 1 : 0;
  }
  /** One byte of SPI. @returns what the part sends meanwhile, or -1 while it drives nothing. */
  exchange(byte: number): number {
    const s = this.#s;
    if (s[SELECTED] === 0 || s[POWERED] === 0 || s[HELD] === 1) return -1;
    const count = s[COUNT]!;
    s[COUNT] = count + 1;
    if (count === 0) {
      s[COMMAND] = byte;
      s[ADDRESS] = 0;
      return -1;
    }
    if (!this.#accepts(s[COMMAND]!)) return -1;
    if (count <= 3) s[ADDRESS] = ((s[ADDRESS]! << 8) | byte) & 0xff_ffff;
    return this.#answer(count, byte);
  }

  /** While WIP only RDSR is obeyed, in deep power-down only RES. */
  #accepts(command: number): boolean {
    if (this.#s[ASLEEP] === 1) return command === RES;
    return command === RDSR || (this.#s[STATUS]! & WIP) === 0;
  }
  #answer(count: number, byte: number): number {
    const s = this.#s;
    switch (s[COMMAND]) {
      case RDSR:
        return s[STATUS]!;
      case RDID:
        return IDENTIFICATION[count - 1] ?? -1;
      case RES:
        return count > 3 ? SIGNATURE : -1;
      case READ:
        return count > 3 ? this.#read(count - 4) : -1;
      case FAST_READ:
        return count > 4 ? this.#read(count - 5) : -1;
      case PP:
        if (count === 4) this.#page.fill(0xff);
        if (count > 3) this.#page[(s[ADDRESS]! + count - 4) % PAGE] = byte;
        return -1;
      case WRSR:
        if (count === 1) s[DATA] = byte;
        return -1;
      default:
        return -1;
    }
  }
  /** Nothing goes on in it. */
  #rest(): void {
    const s = this.#s;
    if (s[POWERED] === 0) this.energy.enter('off');
    else this.energy.enter(s[ASLEEP] === 1 ? 'deep power-down' : 'standby');
  }
  #read(index: number): number {
    if (index === 0) this.energy.enter('read');
    this.#tally[BYTES_READ]!++;
    return this.flash.device.read((this.#s[ADDRESS]! + index) % BYTES, 1);
  }

  /** S# has risen. */
  #execute(): void {
    const s = this.#s;
    const command = s[COMMAND]!;
    if (!this.#accepts(command)) return;
    if (command === WREN) s[STATUS] = s[STATUS]! | WEL;
    else if (command === WRDI) s[STATUS] = s[STATUS]! & ~WEL;
    else if (command === DP) s[ASLEEP] = 1;
    else if (command === RES) s[ASLEEP] = 0;
    else if ((s[STATUS]! & WEL) !== 0) this.#modify(command);
  }
  #modify(command: number): void {
    const s = this.#s;
    const count = s[COUNT]!;
    const at = s[ADDRESS]! % BYTES;
    const sector = Math.floor(at / SECTOR_BYTES);
    const firstProtected = FIRST_PROTECTED[(s[STATUS]! & BP) >> 2]!;
    if (command === WRSR && count === 2) {
      s[STATUS] = s[STATUS]! | WIP;
      this.energy.enter('program');
      const { scheduler, now, rootHz } = this.#machine;
      scheduler.schedule(this.#statusSlot, now + Math.round((STATUS_US * rootHz) / 1e6));
    } else if (command === BE && count === 1 && firstProtected === SECTORS) {
      s[STATUS] = s[STATUS]! | WIP;
      this.energy.enter('erase');
      this.flash.beginEraseOf(0, BYTES, BULK_ERASE_US);
    } else if (sector >= firstProtected) return;
    else if (command === SE && count === 4) {
      s[STATUS] = s[STATUS]! | WIP;
      this.energy.enter('erase');
      this.flash.beginErase(sector, sector);
    } else if (command === PP && count > 4) {
      s[STATUS] = s[STATUS]! | WIP;
      this.energy.enter('program');
      this.#tally[BYTES_PROGRAMMED]! += Math.min(count - 4, PAGE);
      // 0.02 ms for each eight bytes, as the sheet has it for fewer than a page.
      const us = count - 4 < PAGE ? Math.max(10, Math.floor((count - 4) / 8) * 20) : 640;
      this.flash.beginProgram(at - (at % PAGE), this.#page, PAGE, us);
    }
  }
}
