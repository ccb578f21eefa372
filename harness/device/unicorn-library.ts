/** The native Unicorn library (Debian package libunicorn2) through koffi, as few calls as the engine needs.
 *  Source: unicorn/unicorn.h and unicorn/arm.h of Unicorn 2.0.1. Loaded on first use only.
 *  Leaves out: hooks, as each call from native code into JavaScript costs about a microsecond. */

import { createRequire } from 'node:module';
import { RigError } from '../errors.ts';

const LIBRARIES = ['libunicorn.so.2', 'libunicorn.2.dylib', 'unicorn.dll'];

const ARCH_ARM = 1;
export const PROT_READ_EXEC = 5;
export const PROT_ALL = 7;

// uc_control_type: number in the low bits, arguments in 29:26, 1 = write in 31:30.
const ctlWrite = (type: number, args: number): number => (type | (args << 26) | (1 << 30)) >>> 0;
const CTL_USE_EXITS = ctlWrite(4, 1);
const CTL_EXITS = ctlWrite(6, 2);
const CTL_CPU_MODEL = ctlWrite(7, 1);

/** uc_cpu_arm: an ARM925T, the only ARMv4T among the models. */
const CPU_ARM_TI925T = 18;

/** uc_arm_reg: r0 to r15, CPSR, SPSR. */
export const REGISTER_IDS = Int32Array.from([
  ...Array.from({ length: 13 }, (_, i) => 66 + i),
  12,
  10,
  11,
  3,
  13,
]);

/** How far into the engine's structure its instruction counter is looked for, in 64-bit words. */
const SEARCH_WORDS = 400;

type Native = (...args: unknown[]) => number;
interface Koffi {
  load(path: string): { func(prototype: string): Native };
  array(type: string, length: number): unknown;
  decode(pointer: unknown, type: unknown): ArrayLike<bigint | number>;
  decode(pointer: unknown, offset: number, type: unknown): ArrayLike<bigint | number>;
  address(pointer: unknown): bigint;
}

/** One emulated CPU. */
export class Unicorn {
  readonly #koffi: Koffi;
  readonly #uc: unknown;
  readonly #functions: Record<
    'start' | 'map' | 'unmap' | 'read' | 'write' | 'ctl' | 'close',
    Native
  >;
  /** Byte offset of the instruction counter in the engine's structure. */
  #counterAt = -1;

  constructor() {
    const { koffi, library } = loadLibrary();
    this.#koffi = koffi;
    this.#functions = {
      start: library.func(
        'int uc_emu_start(void *uc, uint64_t begin, uint64_t until, uint64_t us, size_t count)',
      ),
      map: library.func(
        'int uc_mem_map_ptr(void *uc, uint64_t at, size_t n, uint32_t p, void *to)',
      ),
      unmap: library.func('int uc_mem_unmap(void *uc, uint64_t at, size_t n)'),
      read: library.func('int uc_reg_read_batch(void *uc, const int *ids, void **to, int count)'),
      write: library.func('int uc_reg_write_batch(void *uc, const int *ids, void **from, int n)'),
      ctl: library.func('int uc_ctl(void *uc, uint32_t control, ...)'),
      close: library.func('int uc_close(void *uc)'),
    };
    const out: unknown[] = [null];
    const open = library.func('int uc_open(int arch, int mode, _Out_ void **uc)');
    check('uc_open', open(ARCH_ARM, 0, out));
    this.#uc = out[0];
    check('uc_ctl', this.#functions.ctl(this.#uc, CTL_CPU_MODEL, 'int', CPU_ARM_TI925T));
    check('uc_ctl', this.#functions.ctl(this.#uc, CTL_USE_EXITS, 'int', 1));
  }

  close(): void {
    check('uc_close', this.#functions.close(this.#uc));
  }
  map(address: number, prot: number, memory: Uint8Array): void {
    const { map } = this.#functions;
    check('uc_mem_map_ptr', map(this.#uc, address, memory.length, prot, memory));
  }
  unmap(address: number, bytes: number): void {
    check('uc_mem_unmap', this.#functions.unmap(this.#uc, address, bytes));
  }
  /** Stop before executing any of these. */
  setExits(addresses: readonly number[]): void {
    const exits = BigUint64Array.from(addresses, (address) => BigInt(address));
    const { ctl } = this.#functions;
    check('uc_ctl', ctl(this.#uc, CTL_EXITS, 'uint64_t *', exits, 'size_t', exits.length));
  }
  /** Bit 0 of `begin` is the Thumb state; count 0 = without limit. @returns a uc_err, 0 = no error. */
  start(begin: number, count: number): number {
    return this.#functions.start(this.#uc, begin, 0, 0, count);
  }
  read(block: RegisterBlock): void {
    const { ids, pointers } = block;
    check('uc_reg_read_batch', this.#functions.read(this.#uc, ids, pointers, ids.length));
  }
  write(block: RegisterBlock): void {
    const { ids, pointers } = block;
    check('uc_reg_write_batch', this.#functions.write(this.#uc, ids, pointers, ids.length));
  }
  registers(ids: Int32Array): RegisterBlock {
    const values = new Int32Array(ids.length);
    const first = this.#koffi.address(values);
    const pointers = BigUint64Array.from(ids, (_, i) => first + BigInt(4 * i));
    return { ids, values, pointers };
  }

  /** Instructions begun in the last start(). The library counts them but has no call that tells, so the
   *  counter is found once: `start` was given a count like no other, and it lies just before that. */
  instructionsBegun(count: number): number {
    if (this.#counterAt < 0) this.#counterAt = this.#findCounter(count);
    return Number(this.#koffi.decode(this.#uc, this.#counterAt, 'uint64_t'));
  }
  #findCounter(count: number): number {
    const words = this.#koffi.decode(this.#uc, this.#koffi.array('uint64_t', SEARCH_WORDS));
    const matches = Array.from(words, Number).flatMap((word, i, all) =>
      word === count && i > 0 && all[i - 1]! <= count + 1 && all[i - 1]! > 0 ? [i] : [],
    );
    if (matches.length !== 1) throw new RigError('UNICORN_FAILED', { call: 'counter', error: 0 });
    return (matches[0]! - 1) * 8;
  }
}

/** Registers to transfer together; the pointers stay valid while `values` lives. */
export interface RegisterBlock {
  readonly ids: Int32Array;
  readonly values: Int32Array;
  readonly pointers: BigUint64Array;
}

function check(call: string, error: number): void {
  if (error !== 0) throw new RigError('UNICORN_FAILED', { call, error });
}

function loadLibrary(): { koffi: Koffi; library: ReturnType<Koffi['load']> } {
  let reason = 'no library';
  try {
    const koffi = createRequire(import.meta.url)('koffi') as Koffi;
    for (const name of LIBRARIES) {
      try {
        return { koffi, library: koffi.load(name) };
      } catch (error) {
        reason = (error as Error).message.split('\n')[0]!;
      }
    }
  } catch (error) {
    reason = (error as Error).message.split('\n')[0]!;
  }
  throw new RigError('UNICORN_MISSING', { reason });
}
