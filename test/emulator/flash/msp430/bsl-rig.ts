/** A board in its boot loader, and bytes to and from it at the pins. */

import { createEz240, type Ez240Options } from '../../../../emulator/boards/ez240.ts';
import { bslChecksum } from '../../../../emulator/flash/msp430-bsl.ts';

export const TICKS_PER_US = 2 ** 30 / 1e6;
export const ERASED = new Array<number>(32).fill(0xff);

export const frame = (command: number, ...rest: number[]): number[] => {
  const body = [0x80, command, rest.length, rest.length, ...rest];
  const sum = bslChecksum(body);
  return [...body, sum & 0xff, sum >>> 8];
};

export function bslRig(options: Partial<Ez240Options> = {}) {
  const board = createEz240({ seed: 5, ...options });
  const { chip, bslPort } = board;
  const { machine } = chip;
  const heard: number[] = [];
  bslPort.onTransmit = (byte) => heard.push(byte);
  const passMs = (ms: number) =>
    machine.runUntil(machine.now + Math.round(ms * 1000 * TICKS_PER_US));
  /** @returns what came within the time after the last bit sent. */
  const talk = (bytes: readonly number[], ms = 20): number[] => {
    heard.length = 0;
    const end = bslPort.send(Uint8Array.from(bytes));
    machine.runUntil(end);
    passMs(ms);
    return [...heard];
  };
  const command = (code: number, rest: readonly number[], ms = 20): number[] => {
    const ack = talk([0x80]);
    if (ack[0] !== 0x90) return [];
    return talk(frame(code, ...rest), ms);
  };
  return {
    board,
    chip,
    machine,
    passMs,
    talk,
    command,
    password: (bytes: readonly number[] = ERASED) => command(0x10, [0, 0, 0, 0, ...bytes]),
    write: (address: number, bytes: readonly number[], ms?: number) =>
      command(0x12, [address & 0xff, address >> 8, bytes.length, 0, ...bytes], ms),
    read: (address: number, count: number) =>
      command(0x14, [address & 0xff, address >> 8, count, 0], 2.5 * count + 30),
    kinds: () => machine.events.summary().map(({ event }) => event.kind),
  };
}

/** Powered, and in the loader by RST and TCK. */
export function inLoader(options: Partial<Ez240Options> = {}) {
  const rig = bslRig(options);
  rig.chip.powerOn();
  rig.chip.enterBsl();
  rig.passMs(1);
  return rig;
}
