/** EzMonitor on Ez240s: what its versions send, over one hop and two, through losses, and what it is told. */

import { describe, expect, test } from 'vitest';
import {
  contentsFrom,
  expectUndisturbed,
  isAcknowledged,
  KIND,
  kindsOf,
  MESSAGE,
  SETTING,
  start,
} from '../../helpers/ez-monitor.ts';
import { createField, tell } from '../../helpers/msp430-air.ts';

const TIMEOUT_MS = 60_000;

describe('EzMonitor, a sink and a node for a minute and a half', () => {
  test.each([
    ['0.1', [KIND.sample, KIND.summary, KIND.counters, KIND.neighbours]],
    ['0.11', [KIND.summary, KIND.counters, KIND.neighbours, KIND.bundle]],
    ['0.13', [KIND.sample, KIND.summary]],
    ['0.2', [KIND.summary, KIND.counters, KIND.neighbours, KIND.bundle, KIND.battery]],
    ['0.21', [KIND.counters, KIND.neighbours, KIND.battery]],
  ])(
    'v%s sends its kinds of content, each acknowledged, and beacons; no undeclared gap is touched',
    (version, kinds) => {
      const field = createField([`monitor-v${version}`, `monitor-v${version}`]);
      start(field);
      field.runUntil(95);
      const contents = contentsFrom(field, 1);
      expect(kindsOf(contents)).toEqual(kinds);
      expect(contents.map(({ sequence }) => sequence)).toEqual(contents.map((_, n) => n));
      const data = field.frames.filter(({ carries, isAck }) => carries === MESSAGE.data && !isAck);
      expect(data.every((frame) => isAcknowledged(field, frame))).toBe(true);
      const beacons = field.frames.filter(({ carries }) => carries === MESSAGE.beacon);
      expect(new Set(beacons.map(({ node }) => node))).toEqual(new Set([0, 1]));
      for (const app of field.apps) expect(app.serviceCalls()).toBeGreaterThan(95 * 10);
      expectUndisturbed(field);
    },
    TIMEOUT_MS,
  );
});

test(
  'EzMonitor v0.1, its sensors at known voltages, sends them calibrated: time, temperature, humidity, lux, supply',
  () => {
    const field = createField(['monitor-v0.1', 'monitor-v0.1']);
    const { chip, climate } = field.apps[1]!.board;
    climate.setTemperature(19.5);
    climate.setHumidity(42);
    const still = { amplitudeVolts: 0, hz: 0, phase: 0 };
    chip.setWave(4, { offsetVolts: 0.5, ...still });
    chip.setWave(5, { offsetVolts: 1, ...still });
    start(field);
    field.runUntil(60);
    const samples = contentsFrom(field, 1).filter(({ kind }) => kind === KIND.sample);
    expect(samples).toHaveLength(5);
    for (const { bytes, seconds } of samples) {
      expect(bytes.getUint32(0)).toBeCloseTo(12 * 3600 + seconds, -0.5);
      expect(bytes.getUint8(4)).toBe(0);
      expect(Math.abs(bytes.getInt16(5) - (1950 - 12))).toBeLessThan(5);
      expect(Math.abs(bytes.getInt16(7) - 4200)).toBeLessThan(60);
      expect(Math.abs(bytes.getInt16(9) - (3125 * 1030) / 1024)).toBeLessThan(15);
      expect(Math.abs(bytes.getInt16(11) - (769 * 1030) / 1024)).toBeLessThan(5);
      expect(Math.abs(bytes.getInt16(13) - 3000)).toBeLessThan(5);
    }
  },
  TIMEOUT_MS,
);

test(
  'EzMonitor v0.1, three nodes in a line, brings what the last one samples over the middle one to the sink',
  () => {
    const field = createField(['monitor-v0.1', 'monitor-v0.1', 'monitor-v0.1'], {
      hears: (from, to) => Math.abs(from - to) === 1,
    });
    start(field);
    field.runUntil(150);
    const sent = contentsFrom(field, 2);
    const forwarded = contentsFrom(field, 1).filter(({ origin }) => origin === 3);
    expect(sent.length).toBeGreaterThan(15);
    expect(forwarded.map(({ sequence, kind }) => [sequence, kind])).toEqual(
      sent.map(({ sequence, kind }) => [sequence, kind]),
    );
    expect(forwarded.every(({ hops }) => hops === 1)).toBe(true);
    expectUndisturbed(field);
  },
  TIMEOUT_MS,
);

test(
  'EzMonitor v0.1, a quarter of all frames lost, still brings nearly all samples, with repetitions',
  () => {
    const field = createField(['monitor-v0.1', 'monitor-v0.1'], { seed: 3, lostOf256: 64 });
    start(field);
    field.runUntil(150);
    const sent = contentsFrom(field, 1);
    const acknowledged = new Set(
      field.frames
        .filter(
          (frame) =>
            frame.node === 1 && frame.carries === MESSAGE.data && isAcknowledged(field, frame),
        )
        .map(({ payload }) => payload[2]),
    );
    expect(
      field.frames.filter(({ carries, isAck }) => carries === MESSAGE.data && !isAck).length,
    ).toBeGreaterThan(sent.length);
    expect(acknowledged.size).toBeGreaterThan(sent.length * 0.9);
    expectUndisturbed(field);
  },
  TIMEOUT_MS,
);

test(
  'EzMonitor, told by one command to the sink, samples twice as often; asked for its settings, it says so',
  () => {
    const field = createField(['monitor-v0.1', 'monitor-v0.1']);
    start(field);
    field.runUntil(12);
    tell(field.apps[0]!, {
      sequence: 1,
      carries: MESSAGE.command,
      payload: [1, SETTING.sampleSeconds, 0, 5],
    });
    field.runUntil(72);
    const samples = contentsFrom(field, 1).filter(
      ({ kind, seconds }) => kind === KIND.sample && seconds > 22,
    );
    expect(samples).toHaveLength(10);
    tell(field.apps[0]!, {
      sequence: 2,
      carries: MESSAGE.query,
      payload: [1, 0, 2, KIND.settings],
    });
    field.runUntil(73);
    tell(field.apps[0]!, {
      sequence: 3,
      carries: MESSAGE.query,
      payload: [2, 0xff, 0xff, KIND.events],
    });
    field.runUntil(74);
    const answers = contentsFrom(field, 1).filter(
      ({ kind }) => kind === KIND.settings || kind === KIND.events,
    );
    expect(answers.map(({ kind }) => kind)).toEqual([KIND.settings, KIND.events]);
    expect(answers[0]!.bytes.getUint16(0)).toBe(5);
  },
  TIMEOUT_MS,
);
