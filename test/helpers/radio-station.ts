/** A station in reach of a node's radio, which loses frames of both as a seeded draw has it.
 *  Source: IEEE 802.15.4, 2.4 GHz (32 us a byte, six bytes before the PSDU). Leaves out: frames that collide. */

import { frameCheck } from '../../emulator/parts/cc2420-registers.ts';
import { Prng } from '../../harness/prng.ts';
import type { Session } from '../../harness/transport/session.ts';
import type { Ez240Node } from './ez240-node.ts';

const TICKS_PER_US = 2 ** 30 / 1e6;
const BYTE_US = 32;
const HEADER_BYTES = 6;
const CHECK_BYTES = 2;
const STEP_US = 1000;

export interface Loss {
  readonly seed: number;
  /** Of each frame. */
  readonly probability: number;
}

/** Until the session has ended, or for so long. @returns how many frames were lost, of both. */
export function loadByRadio(
  { board, nowUs, pass }: Ez240Node,
  session: Session,
  { seed, probability }: Loss,
  limitUs = 180e6,
): { lost: number } {
  const random = new Prng(seed);
  const end = nowUs() + limitUs;
  let lost = 0;
  let freeUs = 0;
  let heard: { psdu: Uint8Array; endUs: number } | null = null;
  const isLost = (): boolean => {
    const is = random.chance(probability);
    if (is) lost++;
    return is;
  };
  board.radio.onTransmit = (psdu, _, endTick) => {
    const endUs = Math.ceil(endTick / TICKS_PER_US);
    freeUs = Math.max(freeUs, endUs);
    if (!isLost()) heard = { psdu, endUs };
  };
  const listen = (): void => {
    if (heard === null || nowUs() < heard.endUs) return;
    const { psdu } = heard;
    const check = psdu[psdu.length - 2]! | (psdu.at(-1)! << 8);
    const frame = psdu.slice(0, -CHECK_BYTES);
    heard = null;
    if (frameCheck(frame) === check) session.receive(frame, nowUs());
  };
  while (session.result.state === 'running' && nowUs() < end) {
    listen();
    if (nowUs() >= session.deadlineUs()) session.tick(nowUs());
    const frame = nowUs() >= freeUs ? session.nextFrame(nowUs()) : null;
    if (frame !== null) {
      const check = frameCheck(frame);
      const psdu = Uint8Array.of(...frame, check & 0xff, check >> 8);
      freeUs = nowUs() + BYTE_US * (HEADER_BYTES + psdu.length);
      const sfdUs = nowUs() + BYTE_US * (HEADER_BYTES - 1);
      if (!isLost()) board.radio.hear(psdu, Math.ceil(sfdUs * TICKS_PER_US));
    }
    pass(STEP_US);
  }
  return { lost };
}
