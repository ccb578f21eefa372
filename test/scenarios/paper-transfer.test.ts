/** The paper's transfer in virtual time: 210.78 kB at its lost-message rates (Bao 2021, Table 8).
 *  Against the scripted terminal; the channel is a serial port at 115200 baud, not the paper's 4G. */

import { describe, expect, test } from 'vitest';
import { trialOf } from '../helpers/upload.ts';

/** 210.78 * 1024 bytes: 844 segments of 256. */
const FILE_BYTES = 215_839;
const SEGMENTS = 844;
const TRANSFERS = 20;
/** Requests before which the terminal loses its power, in the second half of the table. */
const CUTS = [100, 500, 800];

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('210.78 kB in 844 segments', () => {
  for (const percent of [3.4, 3.8]) {
    for (const cuts of [[], CUTS]) {
      for (const resume of cuts.length > 0 ? (['query', 'flags'] as const) : (['query'] as const)) {
        const what = `${percent} % lost messages, ${cuts.length} power cuts, resume by ${resume}`;
        test(`${what}: every transfer ends with success`, () => {
          const rows = Array.from({ length: TRANSFERS }, (_, seed) =>
            transfer(percent, cuts, resume, seed),
          );
          const of = (key: keyof (typeof rows)[0]) => mean(rows.map((row) => row[key]));
          console.log(
            `${what}: ${TRANSFERS} of ${TRANSFERS} succeeded; on average ` +
              `${of('messages').toFixed(1)} messages down, ${of('repeats').toFixed(1)} repeats, ` +
              `${((100 * of('lost')) / of('carried')).toFixed(2)} % of frames lost, ` +
              `${of('minutes').toFixed(2)} minutes`,
          );
          // A request or its reply lost costs one repeat after 10 s: 844 * (1 / (1 - p)^2 - 1) of them.
          const expected = SEGMENTS * (1 / (1 - percent / 100) ** 2 - 1);
          expect(of('repeats')).toBeGreaterThan(0.85 * expected);
          expect(of('repeats')).toBeLessThan(1.15 * expected);
          expect(of('minutes')).toBeLessThan(1.25 * (expected / 6 + 0.6));
        });
      }
    }
  }
});

function transfer(
  percent: number,
  cuts: readonly number[],
  resume: 'query' | 'flags',
  seed: number,
) {
  const { session, terminal, link, line, program } = trialOf({
    bytes: FILE_BYTES,
    line: `drop=${percent / 100}`,
    seed,
    plan: { resume },
  });
  let requests = 0;
  terminal.onRequest = () => (cuts.includes(requests++) ? 'cut-before' : 'answer');
  link.powerOn();
  const minutes = link.run();
  expect(session.result, `seed ${seed}`).toMatchObject({ state: 'done', deviceVersion: 'V2.0' });
  expect(session.progress).toEqual({ stored: SEGMENTS, total: SEGMENTS });
  expect(terminal.boots).toBe(2 + cuts.length);
  expect(Buffer.compare(terminal.program!, program)).toBe(0);
  const { framesSent, repeats } = session.counters;
  const { lost, carried } = line.counters;
  return { minutes, messages: framesSent, repeats, lost, carried };
}
