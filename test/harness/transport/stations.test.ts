import { describe, expect, test } from 'vitest';
import {
  createProbe,
  createStation,
  hostileStations,
  type StationKind,
} from '../../../harness/transport/stations.ts';
import { traceDown } from '../../helpers/trace.ts';
import { NEW_VERSION, OLD_VERSION, trialOf } from '../../helpers/upload.ts';
import { VirtualLink } from '../../helpers/virtual-link.ts';

const run = (
  kind?: StationKind,
  restartFrames: readonly number[] = [],
  { chunkBytes = 1_000, program = trialOf({ bytes: 1_280 }).program } = {},
) => {
  const { terminal, line } = trialOf();
  const order = {
    plan: { scheme: 'full', file: program, segmentBytes: 256, expectedVersion: NEW_VERSION },
    dialect: '376.1',
    resume: 'query',
    seed: 1,
  } as const;
  const session = createStation(order, kind, restartFrames);
  const link = new VirtualLink(session, terminal, line);
  link.onUp = (bytes, nowUs) => {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const piece = bytes.slice(at, at + chunkBytes);
      link.at(nowUs + 100 * at, (now) => session.receive(piece, now));
    }
    return false;
  };
  const sent = traceDown(link);
  link.powerOn();
  link.run();
  return { session, terminal, program, sent: sent.map(({ text }) => text) };
};

const planOf = (bytes: readonly number[], scheme: string) => ({
  scheme,
  file: Uint8Array.from(bytes),
  segmentBytes: 2,
  expectedVersion: null,
});

describe('station of an update', () => {
  test('speaks to the fixture with its address and key', () => {
    const { session, terminal, program } = run();
    expect(session.result.state).toBe('done');
    expect(terminal.program).toEqual(program);
  });

  test('replies that arrive byte by byte are as good as whole ones', () => {
    expect(run('resumes', [], { chunkBytes: 1 }).sent).toEqual(run().sent);
  });

  test('that restarts instead of frames 4 and 9 asks what is missing, and ends well', () => {
    const { session, terminal, sent } = run('resumes', [4, 9]);
    expect(session.result.state).toBe('done');
    expect(sent.filter((text) => text === 'missing segments?')).toHaveLength(2);
    expect(terminal.stores).toBe(5);
  });

  test('restarts that come after the end never happen', () => {
    expect(run('resumes', [1_000]).sent).toEqual(run().sent);
  });

  test('a stranger gets nothing stored', () => {
    const { session, terminal } = run('stranger');
    expect(session.result.summary).toContain('denied 6');
    expect(terminal.stores).toBe(0);
  });

  test('with exchanged segments is refused, since two that differ are found', () => {
    const program = trialOf({ bytes: 2_560 }).program;
    program.fill(0xff, 1_024, 1_792);
    const { session, terminal } = run('swapped-segments', [], { program });
    expect(session.result.summary).toContain('found the whole file wrong');
    expect(terminal.program).toBeNull();
  });

  test('with exchanged segments has no work on one segment, or on equal ones', () => {
    const stations = (bytes: readonly number[]) => hostileStations(planOf(bytes, 'full'));
    expect(stations([1, 2])).toEqual(['stranger']);
    expect(stations([1, 2, 1, 2, 1])).toEqual(['stranger']);
    expect(stations([3, 4, 1, 2, 1, 2, 1])).toEqual(['stranger', 'swapped-segments']);
  });

  test('with a damaged patch sends one wrong bit under a right check', () => {
    const { session, terminal, program } = run('damaged-patch');
    expect(session.result.state).toBe('done');
    const wrong = [...terminal.program!].flatMap((byte, at) => (byte === program[at] ? [] : [at]));
    expect(wrong).toEqual([program.length - 3]);
    expect(terminal.program![program.length - 3]! ^ program[program.length - 3]!).toBe(1);
  });

  test('with a damaged patch has work on patches alone', () => {
    for (const scheme of ['dg', 'dg-safe', 'r3diff']) {
      expect(hostileStations(planOf([1, 2], scheme))).toEqual(['stranger', 'damaged-patch']);
    }
    expect(hostileStations(planOf([1, 2], 'full'))).toEqual(['stranger']);
  });

  test('its probe asks for the version', () => {
    const { terminal, line } = trialOf();
    const probe = createProbe('376.1');
    new VirtualLink(probe, terminal, line).run();
    expect(probe.result.deviceVersion).toBe(OLD_VERSION);
  });
});
