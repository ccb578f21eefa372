import { describe, expect, test } from 'vitest';
import { dialects } from '../../../../harness/transport/dialects.ts';
import { traceDown } from '../../../helpers/trace.ts';
import {
  ADDRESS,
  KEY,
  NEW_VERSION,
  OLD_VERSION,
  type Trial,
  trialOf,
} from '../../../helpers/upload.ts';

const run = (trial: Trial): Trial => {
  trial.link.powerOn();
  trial.link.run();
  return trial;
};
const expectUpdated = ({ session, terminal, program }: Trial, note = ''): void => {
  expect(session.result, note).toMatchObject({ state: 'done', deviceVersion: NEW_VERSION });
  expect(terminal.program, note).toEqual(program);
};

describe('upload on a perfect line', () => {
  test('sends each frame once, in the order of decision 0001', () => {
    const trial = trialOf({ bytes: 600 });
    const sent = traceDown(trial.link);
    expectUpdated(run(trial));
    expect(sent.map(({ text }) => text)).toEqual([
      'confirm',
      'authenticate',
      'clear file',
      'segment 0 of 3, 256 bytes',
      'segment 1 of 3, 256 bytes',
      'segment 2 of 3, 94 bytes, last',
      'confirm',
      'version?',
    ]);
    expect(trial.session.counters).toMatchObject({ framesSent: 8, repeats: 0, timeouts: 0 });
  });

  test('waits 2 s for a login, not a microsecond longer', () => {
    const { session, link } = trialOf();
    const sent = traceDown(link);
    link.run(2e6 - 1);
    expect(sent).toEqual([]);
    expect(session.deadlineUs()).toBe(2e6);
    link.run(2e6);
    expect(sent.map(({ text }) => text)).toEqual(['authenticate']);
  });

  test('once done it has no deadline and no frame, and still confirms a login', () => {
    const { session, terminal } = run(trialOf());
    expect(session.deadlineUs()).toBe(Number.POSITIVE_INFINITY);
    expect(session.nextFrame(1e9)).toBeNull();
    session.receive(terminal.powerOn(1e9)[0]!.bytes, 1e9);
    expect(session.nextFrame(1e9)).not.toBeNull();
    expect(session.nextFrame(1e9)).toBeNull();
    expect(session.result.state).toBe('done');
  });

  test.each(Object.values(dialects))('dialect $name ends with the new version', (dialect) => {
    expectUpdated(run(trialOf({ dialect })));
  });

  test('frames summed from the first 68H end with the new version where both ends do so', () => {
    expectUpdated(run(trialOf({ dialect: { ...dialects.paper, checksumFrom: 'start' } })));
  });

  test('2004 knows no AFN 06 and sends none', () => {
    const trial = trialOf({ dialect: dialects['2004'] });
    const sent = traceDown(trial.link, undefined, dialects['2004']);
    run(trial);
    expect(sent.some(({ text }) => text === 'authenticate')).toBe(false);
  });

  test('without an expected version any version after the whole file is right', () => {
    expectUpdated(run(trialOf({ plan: { expectedVersion: null } })));
  });
});

describe('silence and error replies (Bao 2021, section 3.4.2)', () => {
  test('a silent segment is sent four times, 10 s apart and alike; then the next; then it again', () => {
    const trial = trialOf({ bytes: 1_280 });
    let lost = 0;
    const sent = traceDown(trial.link, (text) => text.startsWith('segment 1 ') && ++lost <= 4);
    expectUpdated(run(trial));
    const of1 = sent.filter(({ text }) => text.startsWith('segment 1 '));
    expect(of1).toHaveLength(5);
    expect(of1.slice(1, 4).map(({ atUs }, i) => atUs - of1[i]!.atUs)).toEqual([10e6, 10e6, 10e6]);
    expect(of1[3]!.bytes).toEqual(of1[0]!.bytes);
    expect(of1[4]!.bytes).not.toEqual(of1[0]!.bytes);
    const order = sent.map(({ text }) => Number(/^segment (\d)/.exec(text)?.[1]));
    expect(order.filter((index) => index >= 0)).toEqual([0, 1, 1, 1, 1, 2, 3, 4, 1]);
    expect(trial.session.counters).toMatchObject({ repeats: 3, timeouts: 4 });
  });

  test('an error reply is answered at once by the same segment under a new number', () => {
    const trial = trialOf({ bytes: 1_280 });
    let errors = 0;
    trial.terminal.onRequest = (unit, frame) =>
      frame.afn === 0x0f && unit.content[5] === 2 && unit.content[0] === 1 && ++errors <= 3
        ? 'file-error'
        : 'answer';
    const sent = traceDown(trial.link);
    expectUpdated(run(trial));
    const of2 = sent.filter(({ text }) => text.startsWith('segment 2 '));
    expect(of2).toHaveLength(4);
    expect(of2[3]!.atUs - of2[0]!.atUs).toBeLessThan(0.5e6);
    expect(new Set(of2.map(({ bytes }) => bytes[13])).size).toBe(4);
  });

  test('after four error replies to a segment the next one is sent, and it comes back', () => {
    const trial = trialOf({ bytes: 1_280 });
    let errors = 0;
    trial.terminal.onRequest = (unit, frame) =>
      frame.afn === 0x0f && unit.content[5] === 2 && unit.content[0] === 1 && ++errors <= 4
        ? 'file-error'
        : 'answer';
    const sent = traceDown(trial.link);
    expectUpdated(run(trial));
    const order = sent.map(({ text }) => Number(/^segment (\d)/.exec(text)?.[1]));
    expect(order.filter((index) => index >= 0)).toEqual([0, 1, 2, 2, 2, 2, 3, 4, 2]);
  });

  test('a lost reply costs a repeat that the terminal does not execute again', () => {
    const trial = trialOf({ bytes: 1_280 });
    let ups = 0;
    trial.link.onUp = () => ++ups !== 5;
    expectUpdated(run(trial));
    expect(trial.session.counters.repeats).toBe(1);
    expect(trial.terminal.stores).toBe(5);
  });

  test('a reply to an earlier request is not taken for the one awaited', () => {
    const trial = trialOf({ bytes: 1_280 });
    const replies: Uint8Array[] = [];
    trial.link.onUp = (bytes, nowUs) => {
      replies.push(bytes);
      // Every reply comes again, late and out of place; a login would rightly mean a restart.
      if (bytes[6] === 0xc9) return true;
      trial.link.at(nowUs + 5_000, (now) => trial.session.receive(bytes, now));
      return true;
    };
    expectUpdated(run(trial));
    expect(replies.length).toBeGreaterThan(8);
    expect(trial.session.counters).toMatchObject({ framesSent: 10, repeats: 0, timeouts: 0 });
  });

  test('frames of another terminal on the same line are not heard', () => {
    const trial = trialOf({ bytes: 1_280 });
    const other = trialOf({ terminal: { address: { ...ADDRESS, terminal: 0x0823 } } }).terminal;
    trial.link.at(400_000, (now) => trial.session.receive(other.powerOn(now)[0]!.bytes, now));
    const sent = traceDown(trial.link);
    expectUpdated(run(trial));
    expect(sent.filter(({ text }) => text === 'authenticate')).toHaveLength(1);
    expect(sent.filter(({ text }) => text === 'confirm')).toHaveLength(2);
  });

  test.each([
    [
      'every fault of a line at once',
      'drop=0.1,damage=0.1,truncate=0.05,duplicate=0.1,swap=0.05,noise=0.1,delay=0.1:10..2000ms',
    ],
    ['half of all frames lost', 'drop=0.5'],
    ['a line that is down for five minutes', 'down=0.4..300'],
  ])('%s, 30 seeds, query and flags: ends with the new version', (_name, line) => {
    for (let seed = 1; seed <= 30; seed++) {
      for (const resume of ['query', 'flags'] as const) {
        expectUpdated(run(trialOf({ line, seed, plan: { resume } })), `seed ${seed} ${resume}`);
      }
    }
  });
});

describe('a terminal that loses its power', () => {
  /** Requests of a clean upload of 5 segments: AFN 06, clear, 5 segments, version. */
  const REQUESTS = 8;
  for (const resume of ['query', 'flags'] as const) {
    for (const order of ['cut-before', 'cut-after'] as const) {
      test(`${order} at each request, resume by ${resume}: ends with the new version`, () => {
        for (let at = 0; at < REQUESTS; at++) {
          const trial = trialOf({ bytes: 1_280, plan: { resume } });
          let count = 0;
          trial.terminal.onRequest = () => (count++ === at ? order : 'answer');
          expectUpdated(run(trial), `request ${at}`);
        }
      });

      test(`${order} at any two requests, resume by ${resume}: ends with the new version`, () => {
        for (let first = 0; first < REQUESTS; first++) {
          for (let second = first + 1; second < REQUESTS + 4; second++) {
            const trial = trialOf({ bytes: 1_280, plan: { resume } });
            let count = 0;
            trial.terminal.onRequest = () => ([first, second].includes(count++) ? order : 'answer');
            expectUpdated(run(trial), `requests ${first} and ${second}`);
          }
        }
      });

      test(`${order} and the login after it lost, resume by ${resume}: a deny leads back`, () => {
        for (let at = 0; at < REQUESTS; at++) {
          const trial = trialOf({ bytes: 1_280, plan: { resume } });
          let count = 0;
          let logins = 0;
          trial.terminal.onRequest = () => (count++ === at ? order : 'answer');
          trial.link.onUp = (bytes) => bytes[6] !== 0xc9 || ++logins !== 2;
          expectUpdated(run(trial), `request ${at}`);
        }
      });
    }
  }

  test('resume by query sends only the segments that are not stored', () => {
    const trial = trialOf({ bytes: 1_280 });
    let count = 0;
    trial.terminal.onRequest = () => (count++ === 5 ? 'cut-before' : 'answer');
    const sent = traceDown(trial.link);
    expectUpdated(run(trial));
    const from = sent.findIndex(({ text }) => text === 'missing segments?');
    expect(sent.slice(from - 1, from + 3).map(({ text }) => text)).toEqual([
      'authenticate',
      'missing segments?',
      'segment 3 of 5, 256 bytes',
      'segment 4 of 5, 262 bytes, last',
    ]);
    expect(sent.filter(({ text }) => text === 'clear file')).toHaveLength(1);
  });

  test('resume by flags asks nothing and goes on from the flags', () => {
    const trial = trialOf({ bytes: 1_280, plan: { resume: 'flags' } });
    let count = 0;
    trial.terminal.onRequest = () => (count++ === 5 ? 'cut-before' : 'answer');
    const sent = traceDown(trial.link);
    expectUpdated(run(trial));
    expect(sent.some(({ text }) => text === 'missing segments?')).toBe(false);
    expect(sent.filter(({ text }) => text.startsWith('segment'))).toHaveLength(6);
  });

  test('the numbers begin anew after a login: AFN 06 has number 0 each time', () => {
    const trial = trialOf({ bytes: 1_280 });
    let count = 0;
    trial.terminal.onRequest = () => (count++ === 5 ? 'cut-before' : 'answer');
    const sent = traceDown(trial.link);
    expectUpdated(run(trial));
    const authentications = sent.filter(({ text }) => text === 'authenticate');
    expect(authentications.map(({ bytes }) => bytes[13])).toEqual([0x70, 0x70]);
  });

  test('by flags, with only the last reply open, the version is asked before that segment is sent', () => {
    const trial = trialOf({ bytes: 1_280, plan: { resume: 'flags' } });
    let count = 0;
    trial.terminal.onRequest = () => (count++ === 6 ? 'cut-after' : 'answer');
    expectUpdated(run(trial));
    expect(trial.terminal.stores).toBe(5);
    expect(trial.terminal.transfer).toBeNull();
  });

  test('one that has forgotten the transfer gets the whole file again', () => {
    const trial = trialOf({ bytes: 1_280 });
    let count = 0;
    trial.terminal.onRequest = () => {
      if (count++ !== 5) return 'answer';
      trial.terminal.transfer = null;
      return 'cut-before';
    };
    const sent = traceDown(trial.link);
    expectUpdated(run(trial));
    expect(sent.filter(({ text }) => text === 'clear file')).toHaveLength(2);
  });
});

describe('a station that restarts', () => {
  test('at each frame it finds out by query what is stored and stores nothing twice', () => {
    for (const resume of ['query', 'flags'] as const) {
      for (let at = 1; at < 13; at++) {
        const trial = trialOf({ bytes: 1_280, plan: { resume } });
        let frames = 0;
        trial.link.onDown = (_, nowUs) => {
          if (++frames === at) trial.session.restartStation(nowUs);
          return frames !== at;
        };
        expectUpdated(run(trial), `frame ${at}, ${resume}`);
        expect(trial.terminal.stores, `frame ${at}`).toBe(5);
      }
    }
  });
});

describe('a terminal that does not want to', () => {
  test('with another key it denies AFN 06 four times; nothing is sent', () => {
    const other = KEY.map((byte) => byte ^ 1);
    const trial = trialOf({ terminal: { key: other } });
    const sent = traceDown(trial.link);
    run(trial);
    expect(trial.session.result).toEqual({
      state: 'failed',
      summary:
        'the terminal denied AFN 06: it has another key, or none; 0 of 10 segments were stored',
      deviceVersion: null,
    });
    expect(sent.map(({ text }) => text)).toEqual(['confirm', ...new Array(4).fill('authenticate')]);
    expect(trial.terminal.stores).toBe(0);
  });

  test('that is not there ends the session with a sentence, within two hours of virtual time', () => {
    const trial = trialOf();
    trial.link.onDown = () => false;
    const minutes = run(trial).link.nowUs / 60e6;
    expect(trial.session.result).toMatchObject({
      state: 'failed',
      summary:
        'the terminal did not answer: 16 rounds without progress are over; 0 of 10 segments were stored',
    });
    expect(minutes).toBeLessThan(120);
    expect(trial.session.deadlineUs()).toBe(Number.POSITIVE_INFINITY);
  });

  test('that goes silent in the middle of a long file ends it too: no pass goes on unheard', () => {
    const trial = trialOf({ bytes: 200_000 });
    let frames = 0;
    trial.link.onDown = () => ++frames < 100;
    const minutes = run(trial).link.nowUs / 60e6;
    expect(trial.session.result.summary).toContain('16 rounds without progress');
    expect(minutes).toBeLessThan(120);
  });

  test('that restarts at every second segment without storing it ends the session', () => {
    const trial = trialOf({ bytes: 1_280 });
    trial.terminal.onRequest = (_, frame) => (frame.afn === 0x0f ? 'cut-before' : 'answer');
    run(trial);
    expect(trial.session.result.state).toBe('failed');
    expect(trial.session.result.summary).toContain('restarting');
  });

  test.each([
    { resume: 'query', clears: 4, says: 'after 4 whole transfers' },
    { resume: 'flags', clears: 1, says: 'with all segments acknowledged' },
  ] as const)('that takes all and installs nothing, resume by $resume', (one) => {
    const trial = trialOf({
      bytes: 1_280,
      plan: { resume: one.resume },
      terminal: { versionOf: () => OLD_VERSION },
    });
    const sent = traceDown(trial.link);
    run(trial);
    expect(trial.session.result).toMatchObject({ state: 'failed', deviceVersion: OLD_VERSION });
    expect(trial.session.result.summary).toContain(one.says);
    expect(sent.filter(({ text }) => text === 'clear file')).toHaveLength(one.clears);
  });

  test('that is complete but never looked is woken by the last segment', () => {
    const trial = trialOf({ bytes: 1_280 });
    let ups = 0;
    // Stored before this session, and the file never checked.
    trial.terminal.onRequest = (_, frame) => {
      if (frame.afn === 0x0c && ups++ === 0) {
        const total = 5;
        const file = trial.program;
        const stored = new Map(
          Array.from({ length: total }, (__, i) => [i, file.slice(256 * i, 256 * (i + 1))]),
        );
        trial.terminal.transfer = { total, stored };
      }
      return 'answer';
    };
    const sent = traceDown(trial.link);
    trial.session.restartStation(0);
    expectUpdated(run(trial));
    expect(sent.filter(({ text }) => text.startsWith('segment'))).toHaveLength(1);
  });
});

describe('a terminal that always says that nothing is missing', () => {
  test('and never installs is woken once a transfer, four transfers', () => {
    const trial = trialOf({ bytes: 1_280, terminal: { versionOf: () => OLD_VERSION } });
    const stored = new Map(
      Array.from({ length: 5 }, (_, i) => [i, trial.program.slice(256 * i, 256 * (i + 1))]),
    );
    trial.terminal.onRequest = (_, frame) => {
      if (frame.afn === 0x0c) trial.terminal.transfer = { total: 5, stored: new Map(stored) };
      return 'answer';
    };
    const sent = traceDown(trial.link);
    run(trial);
    expect(trial.session.result.summary).toContain(
      'never installed a complete file, after 4 whole transfers',
    );
    const count = (text: string) => sent.filter((one) => one.text.startsWith(text)).length;
    expect(count('clear file')).toBe(4);
    expect(count('segment 4 ')).toBe(8);
    expect(count('segment 3 ')).toBe(4);
  });
});

describe('two segments exchanged under a true file check', () => {
  const swapped = (checksCrc: boolean) =>
    run(trialOf({ bytes: 2_560, plan: { swapSegments: [2, 5] }, terminal: { checksCrc } }));

  test('a terminal with the CRC refuses the file each time', () => {
    const { session, terminal } = swapped(true);
    expect(session.result.state).toBe('failed');
    expect(session.result.summary).toContain('found the whole file wrong, after 4 whole transfers');
    expect(terminal.version).toBe(OLD_VERSION);
  });

  test('a terminal that trusts the sum alone installs a wrong program', () => {
    const { session, terminal, program } = swapped(false);
    expect(session.result.state).toBe('done');
    const installed = terminal.program!;
    expect(installed.subarray(512, 768)).toEqual(program.subarray(1_280, 1_536));
    expect(installed.subarray(1_280, 1_536)).toEqual(program.subarray(512, 768));
  });
});
