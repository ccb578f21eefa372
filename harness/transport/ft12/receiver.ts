/** Finds frames in a stream of bytes that may be split, merged, damaged, repeated or mixed with noise.
 *  Source: IEC 60870-5-1 FT1.2, rules of the receiver; L decides where a frame ends, never a 16H.
 *  Leaves out: character errors (parity, framing): the port drops such characters before. */

import type { Dialect } from '../dialects.ts';
import { announcedBytes, decodeFrame, type Frame } from './frame.ts';

/** Longest user data waited for; a damaged L that asks for more is refused at once. */
const DEFAULT_MAX_USER_BYTES = 1024;

export class FrameReceiver {
  readonly #dialect: Dialect;
  readonly #maxUserBytes: number;
  #pending: Uint8Array = new Uint8Array(0);
  /** Candidates with a whole header that turned out to be no frame. */
  damagedFrames = 0;

  constructor(dialect: Dialect, maxUserBytes: number = DEFAULT_MAX_USER_BYTES) {
    this.#dialect = dialect;
    this.#maxUserBytes = maxUserBytes;
  }

  /** Bytes of a frame that is not complete yet. */
  get pending(): Uint8Array {
    return this.#pending;
  }
  set pending(bytes: Uint8Array) {
    this.#pending = bytes.slice();
  }

  /** @returns the whole frames that these bytes complete, in order. */
  push(bytes: Uint8Array): Frame[] {
    const joined = new Uint8Array(this.#pending.length + bytes.length);
    joined.set(this.#pending);
    joined.set(bytes, this.#pending.length);
    return this.#scan(joined, false);
  }

  /** The line was idle longer than any frame allows: what is pending can only be the ruin of a frame.
   *  Its rest is searched again, since a false start may have swallowed a true frame. */
  idle(): Frame[] {
    return this.#scan(this.#pending, true);
  }

  #scan(bytes: Uint8Array, isOver: boolean): Frame[] {
    const frames: Frame[] = [];
    let at = 0;
    while (at < bytes.length) {
      const rest = bytes.subarray(at);
      const total = announcedBytes(rest, this.#dialect, this.#maxUserBytes);
      const isIncomplete = typeof total === 'number' ? rest.length < total : total === 'incomplete';
      if (isIncomplete && !isOver) break;
      if (typeof total !== 'number') {
        at++;
        continue;
      }
      const decoded = isIncomplete ? null : decodeFrame(rest, this.#dialect);
      if (decoded !== null && 'frame' in decoded) {
        frames.push(decoded.frame);
        at += total;
      } else {
        this.damagedFrames++;
        at++;
      }
    }
    this.#pending = bytes.slice(at);
    return frames;
  }
}
