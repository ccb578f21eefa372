/** What the versions of EzMonitor do that the one before did not: v0.11 keeps, v0.13 is silent, v0.2 and v0.21 spare. */

import { expect, test } from 'vitest';
import {
  contentsFrom,
  expectUndisturbed,
  KIND,
  kindsOf,
  MESSAGE,
  SETTING,
  start,
} from '../../helpers/ez-monitor.ts';
import { createField, type Field, tell } from '../../helpers/msp430-air.ts';
import { SECOND } from '../../helpers/msp430-app.ts';

const TIMEOUT_MS = 60_000;

/** Frames that a node of the list has sent between two times. */
const sentBetween = (field: Field, node: number, from: number, to: number): number =>
  field.frames.filter((frame) => frame.node === node && frame.seconds >= from && frame.seconds < to)
    .length;

/** Samples in the bundles that a node has sent: the network's time of each. */
function bundledTimes(field: Field, node: number): number[] {
  return contentsFrom(field, node)
    .filter(({ kind }) => kind === KIND.bundle)
    .flatMap(({ bytes }) => {
      const times = [bytes.getUint32(0)];
      for (let i = 1; i < bytes.getUint8(4); i++)
        times.push(times[i - 1]! + bytes.getUint8(16 + (i - 1) * 7));
      return times;
    });
}

test(
  'EzMonitor v0.1 loses what it samples before there is a sink; v0.11 keeps it and sends it in bundles',
  () => {
    const firstSampled = ['0.1', '0.11'].map((version) => {
      const field = createField([`monitor-v${version}`, `monitor-v${version}`]);
      field.apps[1]!.board.chip.powerOn();
      field.runUntil(65);
      field.apps[0]!.board.chip.powerOn();
      field.runUntil(120);
      expectUndisturbed(field);
      if (version === '0.11') {
        const times = bundledTimes(field, 1);
        expect(times.length).toBeGreaterThan(8);
        expect(times.slice(1).every((at, i) => Math.abs(at - times[i]! - 10) <= 1)).toBe(true);
        return times[0]!;
      }
      const samples = contentsFrom(field, 1).filter(({ kind }) => kind === KIND.sample);
      return samples[0]!.bytes.getUint32(0);
    });
    // The sink's clock begins at noon, 65 s after the node, whose first sample is due after 10 s.
    expect(firstSampled[0]! - 12 * 3600).toBeGreaterThan(0);
    expect(firstSampled[1]! - 12 * 3600).toBeLessThan(-50);
  },
  TIMEOUT_MS,
);

test.each([
  [23, 'stops sending until it is back'],
  [12, 'goes on sending'],
])(
  "EzMonitor v0.13, the sink gone at its %i o'clock, %s",
  (hour) => {
    const field = createField(['monitor-v0.13', 'monitor-v0.13']);
    start(field);
    field.runUntil(10);
    const [sink, node] = field.apps;
    const payload = [1, SETTING.clockHour, 0, hour];
    tell(sink!, { sequence: 1, carries: MESSAGE.command, payload });
    field.runUntil(40);
    expect(sentBetween(field, 1, 20, 40)).toBeGreaterThan(0);
    sink!.board.chip.powerOff();
    field.runUntil(200);
    expect(sentBetween(field, 1, 40, 100)).toBeGreaterThan(0);
    expect(sentBetween(field, 1, 150, 200) > 0).toBe(hour === 12);
    sink!.board.chip.powerOn();
    field.runUntil(230);
    expect(sentBetween(field, 1, 200, 230)).toBeGreaterThan(2);
    expect(node!.events()).toEqual([]);
  },
  TIMEOUT_MS,
);

/** Times in seconds at which the SHT11 of a node is given its supply. */
function samplingTimes(field: Field, node: number): number[] {
  const { chip } = field.apps[node]!.board;
  const times: number[] = [];
  chip.ports.onLevels.push(({ port, before, after }) => {
    if (port === 1 && (before & 0x80) === 0 && (after & 0x80) !== 0)
      times.push(chip.machine.now / SECOND);
  });
  return times;
}

test(
  'EzMonitor v0.2, its supply falling, says so, samples less often, and lets its radio sleep near the end',
  () => {
    const field = createField(['monitor-v0.2', 'monitor-v0.2']);
    const sampled = samplingTimes(field, 1);
    start(field);
    field.runUntil(60);
    const { board } = field.apps[1]!;
    const reported = (): number[][] =>
      contentsFrom(field, 1)
        .filter(({ kind }) => kind === KIND.battery)
        .map(({ bytes }) => [bytes.getUint8(9), bytes.getUint8(14)]);
    expect(reported()[0]).toEqual([0, 16]);
    board.chip.setSupplyMillivolts(2200);
    field.runUntil(160);
    const [level, stretch] = reported().at(-1)!;
    expect(level).toBe(2);
    expect(stretch).toBeGreaterThan(80);
    let asleep = 0;
    for (let second = 160; second < 260; second++) {
      field.runUntil(second);
      if (board.chip.pin('P4.5') === 'low') asleep++;
    }
    expect(asleep).toBeGreaterThan(40);
    expect(asleep).toBeLessThan(96);
    expect(sampled.filter((at) => at < 60)).toHaveLength(5);
    expect(sampled.filter((at) => at >= 160).length).toBeLessThan(3);
    expectUndisturbed(field);
  },
  TIMEOUT_MS,
);

test(
  'EzMonitor v0.21 in the middle of a line has nothing of its own to tell of samples and forwards those of v0.2',
  () => {
    const field = createField(['monitor-v0.2', 'monitor-v0.21', 'monitor-v0.2'], {
      hears: (from, to) => Math.abs(from - to) === 1,
    });
    start(field);
    field.runUntil(100);
    const sent = contentsFrom(field, 1);
    expect(kindsOf(sent.filter(({ origin }) => origin === 2))).toEqual([
      KIND.counters,
      KIND.neighbours,
      KIND.battery,
    ]);
    expect(kindsOf(sent.filter(({ origin }) => origin === 3))).toContain(KIND.bundle);
    expectUndisturbed(field);
  },
  TIMEOUT_MS,
);
