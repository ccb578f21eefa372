import { describe, expect, test } from 'vitest';
import { createStation, type StationFaults } from '../../../harness/transport/stations.ts';
import { traceDown } from '../../helpers/trace.ts';
import { NEW_VERSION, trialOf } from '../../helpers/upload.ts';
import { VirtualLink } from '../../helpers/virtual-link.ts';

const run = (faults?: StationFaults, chunkBytes = 1_000) => {
  const { terminal, program, line } = trialOf({ bytes: 1_280 });
  const order = {
    plan: { file: program, segmentBytes: 256, expectedVersion: NEW_VERSION },
    dialect: '376.1',
    resume: 'query',
    seed: 1,
  } as const;
  const session = createStation(order, faults);
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

describe('station of an update', () => {
  test('speaks to the fixture with its address and key', () => {
    const { session, terminal, program } = run();
    expect(session.result.state).toBe('done');
    expect(terminal.program).toEqual(program);
  });

  test('replies that arrive byte by byte are as good as whole ones', () => {
    expect(run({}, 1).sent).toEqual(run().sent);
  });

  test('that restarts instead of frames 4 and 9 asks what is missing, and ends well', () => {
    const { session, terminal, sent } = run({ restartFrames: [4, 9] });
    expect(session.result.state).toBe('done');
    expect(sent.filter((text) => text === 'missing segments?')).toHaveLength(2);
    expect(terminal.stores).toBe(5);
  });

  test('restarts that come after the end never happen', () => {
    expect(run({ restartFrames: [1_000] }).sent).toEqual(run().sent);
  });

  test('exchanges two segments when asked', () => {
    expect(run({ swapSegments: [0, 1] }).session.result.state).toBe('failed');
  });
});
