/** A station that itself restarts: fault kind `station=restart@frame=N`.
 *  Source: DESIGN.md section 4, fault kind `station`.
 *  Leaves out: how long a restart takes; it costs the session's wait for a login. */

import type { Session } from '../session.ts';
import { parseSaved } from './saved.ts';
import type { UploadSession } from './upload-session.ts';

/** @param frames 0-based counts of frames handed out; instead of each of these frames the station restarts. */
export function restartingSession(
  session: UploadSession,
  frames: readonly number[],
): UploadSession {
  let handedOut = 0;
  let done = 0;
  const order = [...frames].sort((a, b) => a - b);

  return {
    get result() {
      return session.result;
    },
    get counters() {
      return session.counters;
    },
    get restarts() {
      return done;
    },
    get progress() {
      return session.progress;
    },
    deadlineUs: () => session.deadlineUs(),
    receive: (bytes, nowUs) => session.receive(bytes, nowUs),
    tick: (nowUs) => session.tick(nowUs),
    restartStation: (nowUs) => session.restartStation(nowUs),
    disconnected: (nowUs) => session.disconnected(nowUs),
    nextFrame(nowUs) {
      const frame = session.nextFrame(nowUs);
      if (frame === null) return null;
      if (done < order.length && handedOut >= order[done]!) {
        done++;
        session.restartStation(nowUs);
        return null;
      }
      handedOut++;
      return frame;
    },
    /** Once all restarts are done nothing more depends on the count. */
    save(nowUs) {
      const count = done < order.length ? handedOut : null;
      const saved: Saved = { count, done, session: session.save(nowUs) };
      return JSON.stringify(saved);
    },
    restore(text, nowUs) {
      const saved = parseSaved<Saved>('restarting session', text);
      handedOut = saved.count ?? Number.POSITIVE_INFINITY;
      done = saved.done;
      session.restore(saved.session, nowUs);
    },
  } satisfies UploadSession & Session;
}

interface Saved {
  count: number | null;
  done: number;
  session: string;
}
