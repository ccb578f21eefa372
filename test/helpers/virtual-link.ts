/** Runs a session against a terminal over a line, in virtual time.
 *  Source: session and line contracts; decision 0001, row "port" (115200 baud, 11 bits a character).
 *  Leaves out: collisions of frames that overlap in time. */

import type { Line, Session } from '../../harness/transport/session.ts';
import type { ScriptedTerminal, Sent } from './scripted-terminal.ts';

const CHARACTER_US = (11 * 1e6) / 115_200;
const MAX_EVENTS = 2_000_000;

interface Event {
  readonly atUs: number;
  readonly order: number;
  readonly run: (nowUs: number) => void;
}

export class VirtualLink {
  nowUs = 0;
  readonly #session: Session;
  readonly #terminal: ScriptedTerminal;
  readonly #line: Line;
  #events: Event[] = [];
  #order = 0;
  /** Called with each frame that the station hands out; return false to lose it. */
  onDown: ((frame: Uint8Array, nowUs: number) => boolean) | null = null;
  onUp: ((frame: Uint8Array, nowUs: number) => boolean) | null = null;

  constructor(session: Session, terminal: ScriptedTerminal, line: Line) {
    this.#session = session;
    this.#terminal = terminal;
    this.#line = line;
  }

  powerOn(): void {
    this.up(this.#terminal.powerOn(this.nowUs));
  }

  at(atUs: number, run: (nowUs: number) => void): void {
    this.#events.push({ atUs: Math.ceil(atUs), order: this.#order++, run });
  }

  up(sent: readonly Sent[]): void {
    for (const { atUs, bytes } of sent) {
      this.at(atUs, (nowUs) => {
        if (this.onUp?.(bytes, nowUs) === false) return;
        for (const { delayUs, bytes: carried } of this.#line.carry(bytes, 'up', nowUs)) {
          this.at(nowUs + delayUs + carried.length * CHARACTER_US, (now) =>
            this.#session.receive(carried, now),
          );
        }
      });
    }
  }

  /** Until the session is over, or virtual time is. @returns minutes of virtual time. */
  run(limitUs = 1e12): number {
    this.#drain();
    for (let events = 0; events < MAX_EVENTS; events++) {
      if (this.#session.result.state !== 'running') break;
      const next = this.#earliest();
      const deadlineUs = Math.max(this.nowUs, this.#session.deadlineUs());
      this.nowUs = Math.min(next?.atUs ?? Number.POSITIVE_INFINITY, deadlineUs);
      if (!(this.nowUs <= limitUs)) break;
      if (next !== null && next.atUs <= deadlineUs) {
        this.#events.splice(this.#events.indexOf(next), 1);
        next.run(this.nowUs);
      } else {
        this.#session.tick(this.nowUs);
      }
      this.#drain();
    }
    return this.nowUs / 60e6;
  }

  #earliest(): Event | null {
    let first: Event | null = null;
    for (const event of this.#events) {
      if (first === null || event.atUs < first.atUs) first = event;
    }
    return first;
  }

  #drain(): void {
    for (;;) {
      const frame = this.#session.nextFrame(this.nowUs);
      if (frame === null) return;
      if (this.onDown?.(frame, this.nowUs) === false) continue;
      for (const { delayUs, bytes } of this.#line.carry(frame, 'down', this.nowUs)) {
        this.at(this.nowUs + delayUs + bytes.length * CHARACTER_US, (nowUs) =>
          this.up(this.#terminal.receive(bytes, nowUs)),
        );
      }
    }
  }
}
