/** The session contract: a state machine with bytes in, bytes out and a next deadline.
 *  It does no I/O and owns no clock; the device drives it in virtual or in real time.
 *  All its state is plain data, so that a fault run can fork it. */

export interface SessionResult {
  readonly state: 'running' | 'done' | 'failed';
  /** One sentence: what was reached, or why not. */
  readonly summary: string;
  /** Version string the device reported, once it was asked. */
  readonly deviceVersion: string | null;
}

export interface SessionCounters {
  framesSent: number;
  framesReceived: number;
  bytesSent: number;
  bytesReceived: number;
  /** Frames sent again after a timeout or an error reply. */
  repeats: number;
  timeouts: number;
  damagedFrames: number;
}

export interface Session {
  /** Bytes that arrived from the device, in order, at `nowUs`. */
  receive(bytes: Uint8Array, nowUs: number): void;
  /** Time has reached `deadlineUs()`. */
  tick(nowUs: number): void;
  /** The next whole frame to put on the wire, or null. Call until null after receive, tick and start. */
  nextFrame(nowUs: number): Uint8Array | null;
  /** When to call `tick` next, microseconds; Infinity = never. */
  deadlineUs(): number;
  /** The connection was seen to break, as a socket's does when the device at its end loses power. */
  disconnected?(nowUs: number): void;
  /** Restarts of the station so far, by a session that has any. */
  readonly restarts?: number;
  readonly result: SessionResult;
  readonly counters: SessionCounters;
  /** Everything that can matter later, with deadlines relative to `nowUs`; equal text = equal session. */
  save(nowUs: number): string;
  restore(saved: string, nowUs: number): void;
}

/** What a line does to one frame on its way. Times are microseconds after the frame would normally start. */
export interface Delivery {
  readonly delayUs: number;
  readonly bytes: Uint8Array;
}
export interface Line {
  /** @param nowUs when the frame would start; a line may be down for a while.
   *  @returns zero deliveries = lost; two = duplicated. Deterministic in (seed, calls so far). */
  carry(frame: Uint8Array, direction: 'down' | 'up', nowUs: number): Delivery[];
  readonly counters: {
    carried: number;
    lost: number;
    damaged: number;
    duplicated: number;
    delayed: number;
  };
  save(): string;
  restore(saved: string): void;
}
