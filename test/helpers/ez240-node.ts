/** An Ez240 with the resident runtime and an application in it, and a station at its serial port: the parts of a
 *  bench that a test of the runtime alone needs. */

import { createEz240, type Ez240 } from '../../emulator/boards/ez240.ts';
import { targets } from '../../harness/plan/targets.ts';
import type { Session } from '../../harness/transport/session.ts';
import { type LoadSegment, loadSegments } from './msp430-image.ts';

const TICKS_PER_US = 2 ** 30 / 1e6;
const STEP_US = 50_000;

export interface Ez240Node {
  readonly board: Ez240;
  readonly nowUs: () => number;
  readonly events: () => string[];
  /** Runs on with this station until it has ended, or for so long. */
  readonly talk: (session: Session, limitUs?: number) => Session;
  readonly pass: (us: number) => void;
  readonly flash: (at: number, bytes: number) => Uint8Array;
}

export function startNode(runtime: Uint8Array, app: readonly LoadSegment[], seed = 1): Ez240Node {
  const board = createEz240({ seed });
  const { chip } = board;
  const { machine } = chip;
  board.host.setPeer({ baud: 38_400, parity: 'even', stopBits: 1 });
  const { externalFlashAddress: external } = targets.msp430f1611;
  for (const { address, bytes } of [...loadSegments(runtime), ...app]) {
    if (address < external) chip.load(address, bytes);
    else board.externalFlash.flash.load(address - external, bytes);
  }
  chip.powerOn();
  const nowUs = () => Math.floor(machine.now / TICKS_PER_US);
  const pass = (us: number) => machine.runUntil(machine.now + Math.round(us * TICKS_PER_US));
  const talk = (session: Session, limitUs = 60e6): Session => {
    const end = nowUs() + limitUs;
    board.host.onTransmit = (byte) => session.receive(Uint8Array.of(byte), nowUs());
    while (session.result.state === 'running' && nowUs() < end) {
      if (nowUs() >= session.deadlineUs()) session.tick(nowUs());
      for (let frame = session.nextFrame(nowUs()); frame !== null; ) {
        board.host.send(frame);
        frame = session.nextFrame(nowUs());
      }
      pass(Math.max(1, Math.min(STEP_US, session.deadlineUs() - nowUs(), 2000)));
    }
    return session;
  };
  return {
    board,
    nowUs,
    talk,
    pass,
    events: () =>
      machine.events.summary().map(({ event, count }) => `${count} ${event.kind} ${event.where}`),
    flash: (at, bytes) => chip.flash.readView(at, bytes).slice(),
  };
}
