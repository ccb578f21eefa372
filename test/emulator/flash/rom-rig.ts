/** An ARM7TDMI with RAM, flash and the ROM services of the LPC2478, and nothing else of the chip. */

import { createArm7tdmi } from '../../../emulator/cpu/arm7tdmi/index.ts';
import { BOOT_BLOCK_TOP, Lpc2000Boot } from '../../../emulator/flash/lpc2000-boot.ts';
import { FlashCommands, LPC2478_ROM } from '../../../emulator/flash/lpc2000-commands.ts';
import { Lpc2000Iap } from '../../../emulator/flash/lpc2000-iap.ts';
import { Lpc2000Isp } from '../../../emulator/flash/lpc2000-isp.ts';
import { LPC2478_BOOT_BLOCK, LPC2478_FLASH } from '../../../emulator/flash/lpc2000-sectors.ts';
import { NorArray, type NorOptions, norMemory } from '../../../emulator/flash/nor-array.ts';
import { SLOW } from '../../../emulator/machine/bus.ts';
import { Machine } from '../../../emulator/machine/machine.ts';

export const ROOT_HZ = 12_000_000;
export const RAM = 0x4000_0000;
export const CODE = RAM + 0x1000;
export const COMMAND = RAM + 0x2000;
export const RESULT = RAM + 0x2100;
export const DATA = RAM + 0x3000;
export const STACK_TOP = RAM + 0x8000;
const BAUD = 115_200;

export function romRig(changes: Partial<NorOptions> = {}) {
  const options = { ...LPC2478_FLASH, ...changes };
  const needs = norMemory(options.bytes, options.sectors.length, options.maxProgramBytes);
  const machine = new Machine({
    stateBytes: needs.stateBytes + 16384,
    bulkBytes: needs.bulkBytes + 0x20000,
    rootHz: ROOT_HZ,
  });
  const { bus, memory } = machine;
  const cpu = createArm7tdmi(machine);
  machine.attachCpu(cpu);
  LPC2478_ROM.ram.forEach(({ first, last }) => {
    const region = memory.bulk(`ram ${first}`, last + 1 - first);
    bus.mapMemory(first, region.offset, region.bytes, true);
  });
  const flash = new NorArray(machine, options);
  flash.attachTo(bus);

  const memmap = memory.stateWords('memmap', 1);
  memmap[0] = 1;
  // Page 0: 64 remapped bytes in front of the flash. The chip does the same with its MEMMAP register.
  const remapped = (address: number) =>
    memmap[0] === 0 ? address + LPC2478_BOOT_BLOCK.address : address + RAM;
  bus.attach(0, 0x3f, {
    name: 'remapped vectors',
    read: (address, size) =>
      memmap[0] === 1
        ? flash.device.read(address, size)
        : memmap[0] === 0
          ? flash.device.read(remapped(address), size)
          : bus.read(remapped(address), size),
    fetch: (address, size) =>
      memmap[0] === 1 ? flash.device.read(address, size) : bus.fetch(remapped(address), size),
    write() {},
  });
  const mapPage0 = () => {
    bus.readMap[0] = memmap[0] === 1 ? flash.pageOffset(0) : SLOW;
  };
  flash.onMapChanged = mapPage0;
  machine.afterRestore.push(mapPage0);
  const setMemmap = (mode: 0 | 1 | 2) => {
    memmap[0] = mode;
    mapPage0();
  };

  const commands = new FlashCommands(machine, {
    flash,
    cclkKhz: () => ROOT_HZ / 1000,
    ...LPC2478_ROM,
  });
  const iap = new Lpc2000Iap(machine, commands);
  const serial = { toRom: null as ((character: number) => void) | null, output: '', baud: 0 };
  const isp = new Lpc2000Isp(machine, commands, {
    takeReceiver: (handler) => {
      serial.toRom = handler;
    },
    transmit: (character, baud) => {
      serial.output += String.fromCharCode(character);
      serial.baud = baud;
    },
    senderBaud: () => BAUD,
  });
  const pins = { ispLow: false, watchdogFlag: false };
  const boot = new Lpc2000Boot(machine, iap, isp, {
    setMemmap,
    ispPinLow: () => pins.ispLow,
    watchdogFlag: () => pins.watchdogFlag,
  });

  const pass = (us: number) => machine.runUntil(machine.now + Math.round((us * ROOT_HZ) / 1e6));
  const put = (address: number, words: readonly number[]) => {
    words.forEach((word, i) => {
      bus.write(address + 4 * i, 4, word);
    });
  };
  const rig = {
    machine,
    cpu,
    flash,
    iap,
    isp,
    boot,
    pins,
    serial,
    commands,
    setMemmap,
    pass,
    put,
    fill: (address: number, bytes: Uint8Array) => {
      bytes.forEach((byte, i) => {
        bus.write(address + i, 1, byte);
      });
    },
    word: (address: number) => bus.read(address, 4) >>> 0,
    kinds: () => machine.events.summary().map(({ event }) => event.kind),
    details: () => machine.events.summary().map(({ event }) => event.detail),

    /** Call IAP with real instructions and run until it has returned. */
    call(parameters: readonly number[], state: 'arm' | 'thumb' = 'arm') {
      rig.startCall(parameters, state);
      const before = machine.now;
      const end = state === 'arm' ? CODE + 12 : CODE + 6;
      const limit = before + ROOT_HZ;
      while (cpu.pc !== end && machine.now < limit) pass(50);
      return {
        returned: cpu.pc === end,
        status: rig.word(RESULT),
        r0: rig.word(RESULT + 4),
        r1: rig.word(RESULT + 8),
        tookUs: ((machine.now - before) * 1e6) / ROOT_HZ,
        thumb: (cpu.getRegister('cpsr') & 0x20) !== 0,
      };
    },
    startCall(parameters: readonly number[], state: 'arm' | 'thumb' = 'arm') {
      put(CODE, state === 'arm' ? ARM_CALLER : THUMB_CALLER);
      put(COMMAND, [...parameters, 0, 0, 0, 0].slice(0, 5));
      put(RESULT, [0xdeadbeef, 0xdeadbeef, 0xdeadbeef]);
      const cpsr = cpu.getRegister('cpsr');
      cpu.setRegister('cpsr', state === 'arm' ? cpsr & ~0x20 : cpsr | 0x20);
      cpu.setRegister('r0', COMMAND);
      cpu.setRegister('r1', RESULT);
      cpu.setRegister('sp', STACK_TOP);
      cpu.pc = CODE;
    },

    /** Send characters to the ROM, one character time each. */
    type(text: string) {
      for (const character of text) {
        pass((10 * 1e6) / BAUD);
        serial.toRom?.(character.charCodeAt(0));
      }
    },
    /** Send a line and return what comes back within the time, echo included. */
    ask(text: string, waitUs = 20_000) {
      serial.output = '';
      rig.type(text);
      pass(waitUs);
      return serial.output;
    },
    /** Reset, and an ISP session up to the point where commands are taken. */
    enterIsp() {
      pins.ispLow = true;
      cpu.reset();
      boot.reset();
      pass(5000);
      rig.ask('?');
      rig.ask('Synchronized\r\n');
      rig.ask('12000\r\n');
      rig.ask('A 0\r\n');
    },
    parked: () => cpu.pc === BOOT_BLOCK_TOP,
  };
  return rig;
}

// ldr r2, entry / mov lr, pc / bx r2 / b . / entry: .word 7FFFFFF1
const ARM_CALLER = [0xe59f2008, 0xe1a0e00f, 0xe12fff12, 0xeafffffe, 0x7ffffff1];
// ldr r2, entry / bl call / b . / call: bx r2 / nop / entry: .word 7FFFFFF1
const THUMB_CALLER = [0xf0004a02, 0xe7fef801, 0x46c04710, 0x7ffffff1];
