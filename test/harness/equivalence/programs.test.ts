/** Programs of a real compiler beside each other: equal ones pass, and each way to differ is found where it is. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  EquivalenceReport,
  EquivalenceRequest,
} from '../../../harness/equivalence/equivalence.ts';
import { proveEquivalence } from '../../../harness/equivalence/prove.ts';
import { readImage } from '../../../harness/image/read-image.ts';
import { msp430Compiler } from '../../helpers/msp430-clang.ts';
import { Patcher } from '../../helpers/msp430-patch.ts';

const compiler = msp430Compiler();
const SOURCE = 'observable.c';
const VARIANTS = [
  'PLAIN',
  'OTHER_LED',
  'OTHER_BYTE',
  'OTHER_FRAME',
  'OTHER_FLASH',
  'SWAPPED',
  'SWAPPED_CHANNELS',
  'RESETS',
  'WITHOUT_GREETING',
];
const GREETING = [...Buffer.from('greeting\0')];

let folder = '';
const at = (name: string): string => join(folder, name);
const elf = (variant: string): string => at(`${variant}.elf`);

beforeAll(() => {
  if (compiler === null) return;
  folder = mkdtempSync(join(tmpdir(), 'flashrig-'));
  for (const variant of VARIANTS) compiler.build(SOURCE, [variant], elf(variant));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const prove = (
  modifiedPath: string,
  newPath: string,
  more: Partial<EquivalenceRequest> = {},
): Promise<EquivalenceReport> =>
  proveEquivalence({
    board: 'ez240',
    modifiedPath,
    newPath,
    bootPath: null,
    symbolsPath: elf('PLAIN'),
    base: null,
    stimulus: null,
    seconds: 8,
    peer: { baud: 9600, parity: 'none', stopBits: 1 },
    totalOrder: false,
    latePercent: 10,
    seed: 1,
    ...more,
  });
const stimulus = (text: string): string => {
  const path = at('stimulus.txt');
  writeFileSync(path, text);
  return path;
};
/** PLAIN, modified. */
const modified = async (change: (patcher: Patcher) => void): Promise<string> => {
  const patcher = new Patcher(await readImage(elf('PLAIN')));
  change(patcher);
  writeFileSync(at('modified.hex'), patcher.hex());
  return at('modified.hex');
};
/** The call that sends the greeting: `mov #text, r12` in front of it. */
const greetingCall = (patcher: Patcher): number => {
  const text = patcher.find(...GREETING);
  return patcher.find(0x3c, 0x40, text & 0xff, text >>> 8, 0xb0, 0x12) + 4;
};

describe.skipIf(compiler === null)('equivalence on the Ez240, programs of clang', () => {
  test('a program beside itself under a random stimulus: every output at the same tick', async () => {
    const report = await prove(elf('PLAIN'), elf('PLAIN'), { stimulus: 'random:3' });
    expect(report).toMatchObject({ verdict: 'equivalent', swaps: { count: 0 }, difference: null });
    expect(report.channels.map(({ channel }) => channel).sort()).toEqual([
      'P5.4',
      'P5.5',
      'P5.6',
      'flash',
      'radio',
      'usart1',
    ]);
    expect(report.timing?.total).toMatchObject({ worstUs: 0, extraGapUs: 0 });
    expect(report.cycles?.modified).toBe(report.cycles?.fresh);
    expect(report.stimulus.givenToNew).toBe(report.stimulus.inputs);
  });

  test.each([
    ['OTHER_LED', 'P5.4', 31, null, 'low (red LED)', 'toggle'],
    ['OTHER_BYTE', 'usart1', 50, "21 '!'", "67 'g'", 'sendText'],
    ['OTHER_FRAME', 'radio', 3, '00 01 02 03 f7 5b', '25 26 27 28 97 f7', 'sendFrame'],
    ['OTHER_FLASH', 'flash', 5, 'program 0xb01a: 01 00', 'program 0xb022: 23 00', 'remember'],
    ['SWAPPED', 'usart1', 19, "6f 'o'", "74 't'", 'sendText'],
    ['RESETS', 'reset', 1, 'power-up-clear', null, 'work'],
  ])('%s differs first in %s, output %i', async (variant, channel, number, ours, theirs, name) => {
    const { verdict, difference } = await prove(elf(variant), elf('PLAIN'), { symbolsPath: null });
    expect(verdict).toBe('different');
    expect(difference).toMatchObject({ channel, number });
    expect([difference?.modified?.value ?? null, difference?.new?.value ?? null]).toEqual([
      ours,
      theirs,
    ]);
    expect((difference?.modified ?? difference?.new)?.where[0]?.name).toBe(name);
  });

  test('two channels the other way round: a note, and with total order a difference', async () => {
    const report = await prove(elf('SWAPPED_CHANNELS'), elf('PLAIN'));
    expect(report.verdict).toBe('equivalent');
    expect(report.swaps.count).toBe(8);
    expect(report.swaps.examples[0]).toMatchObject({
      first: { channel: 'P5.5' },
      second: { channel: 'flash', value: 'program 0xb002: 03 00' },
    });
    const strict = await prove(elf('SWAPPED_CHANNELS'), elf('PLAIN'), { totalOrder: true });
    expect(strict).toMatchObject({ verdict: 'different', difference: null });
  });

  test('a call jumped over equals the program without it, later by what its argument costs', async () => {
    const path = await modified((patcher) => patcher.delete(greetingCall(patcher), 4));
    const report = await prove(path, elf('WITHOUT_GREETING'));
    expect(report).toMatchObject({ verdict: 'equivalent', modified: { patchBytes: 0 } });
    expect(report.cycles?.flows.find(({ what }) => what === 'JMP')).toMatchObject({
      modifiedCount: 16 + (report.cycles?.flows.find(({ what }) => what === 'JMP')?.newCount ?? 0),
    });
    expect(report.timing?.total.worstUs).toBeGreaterThan(0);
  });
  test('the same program that is not modified, found at the first character', async () => {
    const report = await prove(elf('PLAIN'), elf('WITHOUT_GREETING'));
    expect(report.difference).toMatchObject({ channel: 'usart1', number: 1 });
  });

  test('code moved to RAM by BR and by CALL: equal, its cycles counted, through a cut of the supply', async () => {
    const path = await modified((patcher) => {
      patcher.detour('toggle');
      patcher.callThroughRam(greetingCall(patcher));
    });
    const report = await prove(path, elf('PLAIN'), {
      stimulus: stimulus('at 3s supply 0V\nat 3.5s supply 3V\n'),
    });
    expect(report).toMatchObject({ verdict: 'equivalent', stimulus: { givenToModified: 2 } });
    const flows = new Map(report.cycles?.flows.map((row) => [row.what, row]));
    const calls = flows.get('into the ifunction area')!;
    expect(calls.newCount).toBe(0);
    // The greeting's function calls out of the area and returns out of it: 6 times before the cut, 9 after it.
    const leaving = flows.get('out of the ifunction area')!.modifiedCount;
    expect(leaving - calls.modifiedCount).toBe(6 + 9);
    expect(calls.modifiedCount).toBeGreaterThan(60);
    expect(report.cycles!.modified).toBeGreaterThan(report.cycles!.fresh);
    expect(report.notes.join()).toContain('lie in RAM');
  });
  test('code in RAM with an instruction forgotten, found', async () => {
    const path = await modified((patcher) => patcher.detour('sendFrame', true));
    const report = await prove(path, elf('PLAIN'));
    expect(report).toMatchObject({
      verdict: 'different',
      difference: { channel: 'radio', number: 1 },
    });
    const [place, ...callers] = report.difference!.new!.where;
    expect([place?.name, ...callers.map(({ name }) => name)]).toEqual([
      'sendFrame',
      'work',
      'main',
    ]);
  });

  test('what did not run is named, and what a stimulus reaches is not', async () => {
    const missed = ({ coverage }: EquivalenceReport): string[] =>
      coverage.new.functions.filter(({ executed }) => executed === 0).map(({ name }) => name);
    const silent = await prove(elf('PLAIN'), elf('PLAIN'), { seconds: 0.2 });
    expect(missed(silent)).toEqual(['measure', 'remember', 'sendFrame', 'neverCalled']);
    const pressed = await prove(elf('PLAIN'), elf('PLAIN'), {
      stimulus: stimulus('at 1s button press\nat 1.4s button release\nat 2s usart1 "a"\n'),
    });
    expect(missed(pressed)).toEqual(['neverCalled']);
    expect(pressed.coverage.new.executed).toBeGreaterThan(silent.coverage.new.executed);
  });

  test('no output at all is no proof', async () => {
    const report = await prove(elf('PLAIN'), elf('PLAIN'), { seconds: 0.001 });
    expect(report).toMatchObject({ verdict: 'nothing-observed' });
  });
});
