import { describe, expect, test } from 'vitest';
import { dialects } from '../../../../harness/transport/dialects.ts';
import { createLine } from '../../../../harness/transport/lines/index.ts';
import { createProbeSession } from '../../../../harness/transport/power-load/probe-session.ts';
import { createStrangerSession } from '../../../../harness/transport/power-load/stranger-session.ts';
import { traceDown } from '../../../helpers/trace.ts';
import { ADDRESS, KEY, NEW_VERSION, OLD_VERSION, trialOf } from '../../../helpers/upload.ts';
import { VirtualLink } from '../../../helpers/virtual-link.ts';

describe('probe session', () => {
  test('asks link test and version, and changes nothing in the terminal', () => {
    const { terminal } = trialOf();
    const probe = createProbeSession();
    const link = new VirtualLink(probe, terminal, createLine('', 0));
    const sent = traceDown(link);
    link.run();
    expect(sent.map(({ text }) => text)).toEqual(['link test', 'version?']);
    expect(probe.result).toEqual({
      state: 'done',
      summary: 'link test answered, version query answered: V1.0',
      deviceVersion: OLD_VERSION,
    });
    expect(probe.deadlineUs()).toBe(Number.POSITIVE_INFINITY);
    expect(terminal.transfer).toBeNull();
  });

  test('a terminal that is not there: four tries of each question, 8 s, failed', () => {
    const { terminal } = trialOf();
    const probe = createProbeSession();
    const link = new VirtualLink(probe, terminal, createLine('drop=1', 0));
    link.run();
    expect(link.nowUs).toBe(8e6);
    expect(probe.counters).toMatchObject({ framesSent: 8, repeats: 6, timeouts: 8 });
    expect(probe.result).toEqual({
      state: 'failed',
      summary: 'link test silent, version query silent',
      deviceVersion: null,
    });
  });

  test('a terminal that still boots is asked again until it answers', () => {
    const { terminal } = trialOf({ terminal: { bootUs: 2_500_000 } });
    const probe = createProbeSession();
    const link = new VirtualLink(probe, terminal, createLine('', 0));
    link.powerOn();
    link.run();
    expect(probe.result.deviceVersion).toBe(OLD_VERSION);
  });
});

describe('stranger session', () => {
  const stranger = (opens: boolean) => {
    const { terminal, program } = trialOf({ bytes: 1_280 });
    const station = { dialect: dialects['376.1'], address: ADDRESS, key: KEY };
    const session = createStrangerSession({
      ...station,
      packed: program,
      expectedVersion: NEW_VERSION,
    });
    if (opens) terminal.acceptsAnyone = true;
    const link = new VirtualLink(session, terminal, createLine('', 0));
    const sent = traceDown(link);
    link.powerOn();
    link.run();
    return { session, terminal, sent, link };
  };

  test('sends clear and all segments without AFN 06; a right terminal denies all and stores nothing', () => {
    const { session, terminal, sent } = stranger(false);
    expect(sent.map(({ text }) => text.split(',')[0])).toEqual([
      'confirm',
      'clear file',
      ...[0, 1, 2, 3, 4].map((i) => `segment ${i} of 5`),
    ]);
    expect(session.answers).toEqual(new Array(6).fill('denied'));
    expect(session.result.summary).toBe(
      'of 6 frames without AFN 06 the terminal took 0, denied 6, left 0 unanswered',
    );
    expect(terminal.stores).toBe(0);
  });

  test('a terminal that takes a file from anyone is seen to', () => {
    const { session, terminal, link } = stranger(true);
    expect(session.answers).toEqual(new Array(6).fill('answered'));
    link.run();
    expect(terminal.stores).toBe(5);
  });
});
