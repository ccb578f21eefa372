import { expect, test } from 'vitest';
import { trialOf } from '../../../helpers/upload.ts';

test('upload session, a perfect line, sends each frame once and ends with the new version', () => {
  const { session, terminal, link, program } = trialOf({ bytes: 2_500 });
  link.powerOn();
  link.run();
  expect(session.result).toMatchObject({ state: 'done', deviceVersion: 'V2.0' });
  expect(terminal.program).toEqual(program);
  // 2 confirmed logins, AFN 06, clear, 10 segments, version.
  expect(session.counters).toMatchObject({ framesSent: 15, repeats: 0, timeouts: 0 });
});

test('upload session, every fault of a line at once, still ends with the new version', () => {
  const line =
    'drop=0.1,damage=0.1,truncate=0.05,duplicate=0.1,swap=0.05,noise=0.1,delay=0.1:10..2000ms';
  for (let seed = 1; seed <= 40; seed++) {
    const { session, terminal, link, program } = trialOf({ line, seed });
    link.powerOn();
    link.run();
    expect(session.result, `seed ${seed}`).toMatchObject({ state: 'done', deviceVersion: 'V2.0' });
    expect(terminal.program).toEqual(program);
  }
});
