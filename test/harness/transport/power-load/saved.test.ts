import { describe, expect, test } from 'vitest';
import { dialects } from '../../../../harness/transport/dialects.ts';
import { createLine } from '../../../../harness/transport/lines/index.ts';
import { createProbeSession } from '../../../../harness/transport/power-load/probe-session.ts';
import { restartingSession } from '../../../../harness/transport/power-load/restarting-session.ts';
import { createStrangerSession } from '../../../../harness/transport/power-load/stranger-session.ts';
import {
  createUploadSession,
  type UploadPlan,
} from '../../../../harness/transport/power-load/upload-session.ts';
import type { Session } from '../../../../harness/transport/session.ts';
import { reincarnating } from '../../../helpers/reincarnating.ts';
import { traceDown } from '../../../helpers/trace.ts';
import { ADDRESS, KEY, NEW_VERSION, trialOf } from '../../../helpers/upload.ts';
import { VirtualLink } from '../../../helpers/virtual-link.ts';

const LINE =
  'drop=0.1,damage=0.1,truncate=0.1,duplicate=0.1,swap=0.05,noise=0.2,delay=0.2:10..2000ms';

const { program } = trialOf();
const plan: UploadPlan = {
  packed: program,
  expectedVersion: NEW_VERSION,
  dialect: dialects['376.1'],
  address: ADDRESS,
  key: KEY,
};

/** The whole course against a terminal that is cut twice, over a bad line: what was sent, and when. */
function courseOf(session: Session, seed: number): { text: string; atUs: number }[] {
  const { terminal } = trialOf();
  const link = new VirtualLink(session, terminal, createLine(LINE, seed));
  let count = 0;
  terminal.onRequest = () => {
    count++;
    return count === 5 ? 'cut-before' : count === 9 ? 'cut-after' : 'answer';
  };
  const sent = traceDown(link);
  link.powerOn();
  link.run(3600e6);
  return sent.map(({ text, atUs }) => ({ text, atUs }));
}

const kinds: [string, () => Session][] = [
  ['upload, query', () => createUploadSession(plan)],
  ['upload, flags', () => createUploadSession({ ...plan, resume: 'flags' })],
  [
    'upload, station restarts at frames 4 and 9',
    () => restartingSession(createUploadSession(plan), [9, 4]),
  ],
  [
    'upload with a frame count bit',
    () => createUploadSession({ ...plan, dialect: { ...plan.dialect, frameCountBit: true } }),
  ],
  ['probe', () => createProbeSession()],
  ['stranger', () => createStrangerSession(plan)],
];

describe('a session restored before every call', () => {
  test.each(kinds)('%s: sends the same frames at the same times, 10 seeds', (_name, create) => {
    for (let seed = 1; seed <= 10; seed++) {
      const { session, lives } = reincarnating(create);
      expect(courseOf(session, seed)).toEqual(courseOf(create(), seed));
      expect(lives()).toBeGreaterThan(4);
    }
  });
});

describe('saved text of a session', () => {
  const stoppedAt = (textOfLast: string, startUs: number): Session & { nowUs: number } => {
    const { session, link } = trialOf();
    link.nowUs = startUs;
    let isThere = false;
    traceDown(link, (text) => {
      isThere ||= text.startsWith(textOfLast);
      return isThere;
    });
    link.powerOn();
    while (!isThere) link.run(link.nowUs + 1_000);
    return Object.assign(session, { nowUs: link.nowUs });
  };

  test('is the same at another time of day, and differs when a deadline is nearer', () => {
    const early = stoppedAt('segment 4', 0);
    const late = stoppedAt('segment 4', 7_777_777);
    expect(late.save(late.nowUs)).toBe(early.save(early.nowUs));
    expect(late.save(late.nowUs + 1)).not.toBe(early.save(early.nowUs));
  });

  test('differs by the outstanding segment, and not after the connection was seen to break', () => {
    const [a, b] = [trialOf(), trialOf()];
    const cutAt = (trial: typeof a, text: string) => {
      traceDown(trial.link, (sent) => sent.startsWith(text));
      trial.link.powerOn();
      trial.link.run(5e6);
      return trial.session;
    };
    const first = cutAt(a, 'segment 4');
    const second = cutAt(b, 'segment 7');
    expect(first.save(5e6)).not.toBe(second.save(5e6));
    first.disconnected(6e6);
    second.disconnected(6e6);
    expect(first.save(6e6)).toBe(second.save(6e6));
  });

  test('carries no counters', () => {
    const { session, link } = trialOf({ bytes: 1_280 });
    link.powerOn();
    link.run();
    const copy = createUploadSession({ ...plan, packed: program.slice(0, 1_280) });
    copy.restore(session.save(link.nowUs), link.nowUs);
    expect(copy.result).toEqual(session.result);
    expect(copy.counters.framesSent).toBe(0);
  });

  test('that is no JSON is refused with a sentence', () => {
    expect(() => createUploadSession(plan).restore('{', 0)).toThrow(
      'saved upload session cannot be restored: it is not JSON',
    );
  });
});
