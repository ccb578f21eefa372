/** What the hot loop does not do itself: I/O registers with a device behind them, loads, stores and a stack
 *  outside the SRAM, and instructions that reach the chip or let interrupts in.
 *  Source: AVR Instruction Set Manual (Atmel-0856), cycles of the AVRe+ column; decode.ts for the fields.
 *  A device sees the begin of the last cycle of the instruction; of a skip, whose length depends on what it
 *  reads, the first. UNKNOWN: cycles of SPM itself, which the manual leaves out; taken as one. */

import type { Core } from './core.ts';
import { MICRO_OPS, type MicroOp, openPointer } from './decode.ts';
import { I_BIT } from './flags.ts';
import { d5, patternOf } from './instruction-table.ts';
import { HOLD, PC, SREG, X, Y, Z } from './registers.ts';

const NOW = 0;
const TICKS_PER_CYCLE = 2;

/** Executes the step and returns the cycles it took; the program counter is moved by its caller's count of
 *  words unless the handler sets it. */
type Handler = (core: Core, first: number, second: number) => number;

/** Move time to the begin of cycle `cycle` (from 0) of the instruction. */
const at = (core: Core, cycle: number): void => {
  const { clock } = core.bus.scheduler;
  clock[NOW] = clock[NOW]! + cycle * clock[TICKS_PER_CYCLE]!;
};
const go = (core: Core, address: number): void => {
  core.words[PC] = address & (core.options.programWords - 1);
};
/** To the next instruction. Devices must not see this yet: it comes last. */
const pass = (core: Core, words: number): void => go(core, core.words[PC]! + words);

/** A change of SREG that sets I: one more instruction is executed before an interrupt. */
function storeSreg(core: Core, before: number): void {
  if ((core.data[SREG]! & ~before & I_BIT) !== 0) core.words[HOLD] = 1;
}
function storeData(core: Core, address: number, value: number, mask = 0xff): void {
  const before = core.data[SREG]!;
  core.store(address, value, mask);
  storeSreg(core, before);
}

/** As in the manual's operations: a pointer is moved down before the access and up after it, which matters
 *  where it points at itself. */
const loadFrom =
  (pointer: number, before: number, after: number): Handler =>
  (core, d, q) => {
    at(core, 1);
    const { pairs } = core;
    const address = (pairs[pointer]! + before + q) & 0xffff;
    if (before !== 0) pairs[pointer] = address;
    const value = core.load(address);
    if (after !== 0) pairs[pointer] = address + after;
    core.data[d] = value;
    pass(core, 1);
    return 2;
  };
const storeTo =
  (pointer: number, before: number, after: number): Handler =>
  (core, d, q) => {
    at(core, 1);
    const { pairs } = core;
    const address = (pairs[pointer]! + before + q) & 0xffff;
    const value = core.data[d]!;
    if (before !== 0) pairs[pointer] = address;
    storeData(core, address, value);
    if (after !== 0) pairs[pointer] = address + after;
    pass(core, 1);
    return 2;
  };
const loadProgram =
  (after: number): Handler =>
  (core, d) => {
    at(core, 2);
    const z = core.pairs[Z]!;
    const value = core.loadProgram(z);
    if (after !== 0) core.pairs[Z] = z + after;
    core.data[d] = value;
    pass(core, 1);
    return 3;
  };
const call =
  (words: number, cycles: number, target: (core: Core, second: number) => number): Handler =>
  (core, _first, second) => {
    at(core, cycles - 1);
    core.pushPc((core.words[PC]! + words) & (core.options.programWords - 1));
    go(core, target(core, second));
    return cycles;
  };
const changeBit =
  (set: boolean): Handler =>
  (core, address, mask) => {
    at(core, 1);
    storeData(core, address, set ? mask : 0, mask);
    pass(core, 1);
    return 2;
  };
const skipIf =
  (set: boolean): Handler =>
  (core, address, second) => {
    const bit = core.load(address) & second & 255;
    const over = (bit !== 0) === set ? 1 + (second >>> 8) : 0;
    pass(core, 1 + over);
    return 1 + over;
  };
const tell =
  (message: (core: Core) => void): Handler =>
  (core) => {
    core.bus.sideEffects++;
    message(core);
    pass(core, 1);
    return 1;
  };

/** The manual leaves the result of a pointer that is moved and is an operand open; loads win, stores are of
 *  the value before. */
const open: Handler = (core, _first, opcode) => {
  const { name } = patternOf(opcode)!;
  const pointer = openPointer(name) >>> 1;
  core.raiseHere('unpredictable-instruction', opcode, ': the pointer it moves is its operand');
  if (name.startsWith('lpm')) return loadProgram(1)(core, d5(opcode), 0);
  const [before, after] = name.endsWith('+') ? [0, 1] : [-1, 0];
  const access = name.startsWith('ld') ? loadFrom : storeTo;
  return access(pointer, before!, after!)(core, d5(opcode), 0);
};

const HANDLERS: Partial<Record<MicroOp, Handler>> = {
  LD_X: loadFrom(X, 0, 0),
  LD_XP: loadFrom(X, 0, 1),
  LD_MX: loadFrom(X, -1, 0),
  LDD_Y: loadFrom(Y, 0, 0),
  LD_YP: loadFrom(Y, 0, 1),
  LD_MY: loadFrom(Y, -1, 0),
  LDD_Z: loadFrom(Z, 0, 0),
  LD_ZP: loadFrom(Z, 0, 1),
  LD_MZ: loadFrom(Z, -1, 0),
  ST_X: storeTo(X, 0, 0),
  ST_XP: storeTo(X, 0, 1),
  ST_MX: storeTo(X, -1, 0),
  STD_Y: storeTo(Y, 0, 0),
  ST_YP: storeTo(Y, 0, 1),
  ST_MY: storeTo(Y, -1, 0),
  STD_Z: storeTo(Z, 0, 0),
  ST_ZP: storeTo(Z, 0, 1),
  ST_MZ: storeTo(Z, -1, 0),
  LDS_OUT: (core, d, address) => {
    at(core, 1);
    core.data[d] = core.load(address);
    pass(core, 2);
    return 2;
  },
  STS_OUT: (core, d, address) => {
    at(core, 1);
    storeData(core, address, core.data[d]!);
    pass(core, 2);
    return 2;
  },
  IN: (core, d, address) => {
    core.data[d] = core.load(address);
    pass(core, 1);
    return 1;
  },
  OUT: (core, d, address) => {
    core.store(address, core.data[d]!);
    pass(core, 1);
    return 1;
  },
  OUT_SREG: (core, d) => {
    storeData(core, SREG, core.data[d]!);
    pass(core, 1);
    return 1;
  },
  SBI: changeBit(true),
  CBI: changeBit(false),
  SBIC: skipIf(false),
  SBIS: skipIf(true),
  PUSH: (core, d) => {
    at(core, 1);
    const before = core.data[SREG]!;
    core.push(core.data[d]!);
    storeSreg(core, before);
    pass(core, 1);
    return 2;
  },
  POP: (core, d) => {
    at(core, 1);
    core.data[d] = core.pop();
    pass(core, 1);
    return 2;
  },
  LPM: loadProgram(0),
  LPM_ZP: loadProgram(1),
  RCALL: call(1, 3, (_core, target) => target),
  ICALL: call(1, 3, (core) => core.pairs[Z]!),
  CALL: call(2, 4, (_core, target) => target),
  RET: (core) => {
    at(core, 3);
    go(core, core.popPc());
    return 4;
  },
  RETI: (core) => {
    at(core, 3);
    go(core, core.popPc());
    core.data[SREG]! |= I_BIT;
    core.words[HOLD] = 1;
    return 4;
  },
  SEI: (core) => {
    core.data[SREG]! |= I_BIT;
    core.words[HOLD] = 1;
    pass(core, 1);
    return 1;
  },
  SLEEP: tell((core) => core.system.sleep()),
  WDR: tell((core) => core.system.watchdogReset()),
  SPM: tell((core) => core.system.spm(core.pairs[Z]!, core.pairs[0]!)),
  BREAK: tell((core) =>
    core.raiseHere('undefined-instruction', 0x9598, ': BREAK without a debugger acts as NOP'),
  ),
  UNDEFINED: (core, _first, opcode) => {
    core.raiseHere('undefined-instruction', opcode, '');
    pass(core, 1);
    return 1;
  },
  OPEN: open,
};
const BY_NUMBER: readonly (Handler | undefined)[] = MICRO_OPS.map((name) => HANDLERS[name]);

/** One step, at the program counter, with everything written back. @returns its cycles. */
export function executeOutside(core: Core, step: number): number {
  core.bus.currentPc = core.words[PC]! * 2;
  const { resets } = core;
  const cycles = BY_NUMBER[step & 255]!(core, (step >>> 8) & 255, step >>> 16);
  if (core.resets !== resets) core.resetAgain();
  return cycles;
}
