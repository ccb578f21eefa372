/** A board of harness/device/boards as an observer sees it: its serial ports and its flash.
 *  Leaves out: its pins and analog inputs; which instruction sent a character. */

import type { BoardKind } from '../boards/board.ts';
import {
  characterText,
  type ObservedBoard,
  type ObservedKind,
  observeFlash,
  watchCoverage,
} from './observed.ts';

const CHANNELS = ['protocol', 'console', 'flash', 'reset'];

export const observedSerialBoard = (kind: BoardKind, ports: readonly string[]): ObservedKind => ({
  machine: kind.machine,
  flash: [{ address: 0, end: kind.flashEnd }],
  patchRam: null,
  resetVector: null,
  inputs: ['serial'],
  ports,
  isChannel: (name) => CHANNELS.includes(name),
  merge: (boot, image, names) => kind.mergeFactory(boot, image, names),
  create({ segments, seed, peer }) {
    const board = kind.create({ segments, seed });
    if (peer !== null) board.protocolPort.setPeer(peer);
    const { machine } = board;
    const usOf = (tick: number): number => (tick * 1e6) / machine.rootHz;
    const portOf = { protocol: board.protocolPort, console: board.consolePort };
    const observed: ObservedBoard = {
      machine,
      coverage: watchCoverage(machine, kind.flashEnd),
      executions: null,
      stopCounting: () => undefined,
      wordAt(address) {
        const [low = 0, high = 0] = board.flash.readView(address, 2);
        return low | (high << 8);
      },
      onOutput: null,
      powerOn: () => board.powerOn(),
      apply(input) {
        if (input.kind === 'serial') portOf[input.port as keyof typeof portOf]?.send(input.bytes);
      },
    };
    for (const [channel, port] of Object.entries(portOf)) {
      if (port === null) continue;
      port.onTransmit = (byte, _start, end) =>
        observed.onOutput?.({ channel, value: characterText(byte), atUs: usOf(end), chain: [] });
    }
    observeFlash(board.flash, {
      channel: 'flash',
      usOf,
      addressOf: (address) => address,
      chain: () => [machine.bus.currentPc],
      emit: (output) => observed.onOutput?.(output),
    });
    board.onReset = (cause) =>
      observed.onOutput?.({ channel: 'reset', value: cause, atUs: usOf(machine.now), chain: [] });
    return observed;
  },
});
