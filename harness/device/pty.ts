/** A pseudo-terminal whose slave other programs open like a serial port. The master is polled and never waits.
 *  Source: POSIX.1-2017 posix_openpt, grantpt, unlockpt, ptsname; termios. Linux only: constants differ elsewhere.
 *  Leaves out: DTR, RTS and parity, which a Linux pty does not carry. */

import { closeSync, constants, lstatSync, openSync, rmSync, symlinkSync } from 'node:fs';
import koffi from 'koffi';
import { RigError } from '../errors.ts';
import type { SerialEnd } from './serial-end.ts';

/** Larger than struct termios on any Linux. */
const TERMIOS_BYTES = 256;
const PATH_BYTES = 128;
const READ_BYTES = 4096;
/** What waits for a slave that nobody reads; more is dropped, as on a real line. */
const MAX_WAITING_BYTES = 1 << 20;
const TCSANOW = 0;
/** Codes of termios speeds, asm-generic/termbits.h. */
const SPEED_CODES = new Map<number, number>([
  [0x0b, 2400],
  [0x0c, 4800],
  [0x0d, 9600],
  [0x0e, 19_200],
  [0x0f, 38_400],
  [0x1001, 57_600],
  [0x1002, 115_200],
  [0x1003, 230_400],
]);
/** What a program that sets no speed is taken to use. */
const FIRST_SPEED_CODE = 0x1002;

type Call = (...args: (number | Buffer)[]) => number;
interface Libc {
  openpt: Call;
  grantpt: Call;
  unlockpt: Call;
  ptsname: Call;
  tcgetattr: Call;
  tcsetattr: Call;
  cfmakeraw: Call;
  cfsetspeed: Call;
  cfgetospeed: Call;
  read: Call;
  write: Call;
}

function loadLibc(): Libc {
  const library = koffi.load(null);
  return {
    openpt: library.func('int posix_openpt(int flags)'),
    grantpt: library.func('int grantpt(int fd)'),
    unlockpt: library.func('int unlockpt(int fd)'),
    ptsname: library.func('int ptsname_r(int fd, uint8_t *path, size_t bytes)'),
    tcgetattr: library.func('int tcgetattr(int fd, void *termios)'),
    tcsetattr: library.func('int tcsetattr(int fd, int when, void *termios)'),
    cfmakeraw: library.func('void cfmakeraw(void *termios)'),
    cfsetspeed: library.func('int cfsetspeed(void *termios, unsigned int code)'),
    cfgetospeed: library.func('unsigned int cfgetospeed(void *termios)'),
    read: library.func('long read(int fd, void *bytes, size_t count)'),
    write: library.func('long write(int fd, void *bytes, size_t count)'),
  };
}

/** @param link a symbolic link to make to the slave; an old link there is replaced, anything else is not. */
export function openPty(link?: string): SerialEnd {
  if (process.platform !== 'linux') throw new RigError('PTY_FAILED', { step: process.platform });
  const libc = loadLibc();
  const check = (step: string, result: number): number => {
    if (result < 0) throw new RigError('PTY_FAILED', { step });
    return result;
  };
  const master = check(
    'posix_openpt',
    libc.openpt(constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK),
  );
  check('grantpt', libc.grantpt(master));
  check('unlockpt', libc.unlockpt(master));
  const name = Buffer.alloc(PATH_BYTES);
  check('ptsname', -libc.ptsname(master, name, PATH_BYTES));
  const path = name.toString('latin1', 0, name.indexOf(0));
  // Held open: without any open slave the master only gives errors, and raw mode would be forgotten.
  const slave = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  const termios = Buffer.alloc(TERMIOS_BYTES);
  check('tcgetattr', libc.tcgetattr(slave, termios));
  libc.cfmakeraw(termios);
  libc.cfsetspeed(termios, FIRST_SPEED_CODE);
  check('tcsetattr', libc.tcsetattr(slave, TCSANOW, termios));
  if (link !== undefined) {
    try {
      makeLink(path, link);
    } catch (error) {
      closeSync(slave);
      closeSync(master);
      throw error;
    }
  }
  return ptyEnd(libc, master, slave, path, link);
}

function ptyEnd(
  libc: Libc,
  master: number,
  slave: number,
  path: string,
  link: string | undefined,
): SerialEnd {
  const arriving = Buffer.alloc(READ_BYTES);
  const termios = Buffer.alloc(TERMIOS_BYTES);
  let waiting: Buffer = Buffer.alloc(0);
  const flush = () => {
    while (waiting.length > 0) {
      const taken = libc.write(master, waiting, waiting.length);
      if (taken <= 0) break;
      waiting = waiting.subarray(taken);
    }
  };
  return {
    name: path,
    read() {
      flush();
      const count = libc.read(master, arriving, READ_BYTES);
      return count > 0 ? Uint8Array.from(arriving.subarray(0, count)) : null;
    },
    baud() {
      if (libc.tcgetattr(slave, termios) < 0) return null;
      return SPEED_CODES.get(libc.cfgetospeed(termios)) ?? null;
    },
    write(bytes) {
      if (waiting.length + bytes.length <= MAX_WAITING_BYTES) {
        waiting = Buffer.concat([waiting, bytes]);
      }
      flush();
    },
    async close() {
      if (link !== undefined) rmSync(link, { force: true });
      closeSync(slave);
      closeSync(master);
    },
  };
}

function makeLink(path: string, link: string): void {
  const old = lstatSync(link, { throwIfNoEntry: false });
  if (old !== undefined && !old.isSymbolicLink()) throw new RigError('PTY_LINK', { link });
  try {
    rmSync(link, { force: true });
    symlinkSync(path, link);
  } catch (cause) {
    throw new RigError('PTY_LINK', { link }, cause);
  }
}
