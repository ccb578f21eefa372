/** One program under a stimulus: what each input does, and when a tied one comes. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Output, observedBoards } from '../../../harness/device/observed/index.ts';
import { ProgramRun } from '../../../harness/equivalence/program-run.ts';
import { parseStimulus } from '../../../harness/equivalence/stimulus.ts';
import { readImage } from '../../../harness/image/read-image.ts';
import { msp430Compiler } from '../../helpers/msp430-clang.ts';

const compiler = msp430Compiler();
const kind = observedBoards.ez240;
let folder = '';

beforeAll(() => {
  if (compiler === null) return;
  folder = mkdtempSync(join(tmpdir(), 'flashrig-'));
  for (const name of ['PLAIN', 'TEMPERATURE']) {
    compiler.build('observable.c', [name], join(folder, `${name}.elf`));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(stimulus: string, seconds = 1, program = 'PLAIN'): Promise<ProgramRun> {
  const { segments } = await readImage(join(folder, `${program}.elf`));
  const peer = { baud: 9600, parity: 'none', stopBits: 1 } as const;
  const board = kind.create({ segments, seed: 1, peer });
  const programRun = new ProgramRun(board, parseStimulus(stimulus, 'a test', kind));
  programRun.runTo(seconds * 1e6);
  return programRun;
}
const valuesOf = ({ byChannel }: ProgramRun, channel: string): string[] =>
  (byChannel.get(channel) ?? []).map(({ value }) => value);
/** Characters that are not of the greeting. */
const measured = (one: ProgramRun): string[] =>
  valuesOf(one, 'usart1').filter((value) => !/'[a-z]'/.test(value));

describe.skipIf(compiler === null)('a program under a stimulus', () => {
  test('the ADC: 0 V, and 1.5 of 3 V from 0.5 s on; the program sends bits 11 to 4', async () => {
    // Ticks 2 and 6 of eight a second, the first not long after power-on.
    expect(measured(await run('at 0.5s adc 0 1.5V'))).toEqual(['00', '80']);
    expect(measured(await run(''))).toEqual(['00', '00']);
  });
  test('the supply: half of 2.8 V is more of it than half of 3 V', async () => {
    expect(measured(await run('at 0.5s adc 0 1.5V\nat 0.5s supply 2.8V'))[1]).toBe('89');
  });
  test('the temperature: 3.55 mV a degree, against 1.5 V', async () => {
    const byte = (celsius: number): string =>
      Math.floor(Math.round((4095 * (0.986 + 0.00355 * celsius)) / 1.5) / 16).toString(16);
    const values = measured(await run('at 0.5s temperature 80C', 1, 'TEMPERATURE'));
    expect(values.map((value) => value.slice(0, 2))).toEqual([byte(25), byte(80)]);
  });
  test('the button: while it is pressed, the blue LED changes at each tick', async () => {
    const one = await run('at 260ms button press\nat 700ms button release');
    const times = one.byChannel.get('P5.6')!.map(({ atUs }) => atUs / 1e6);
    expect(times.length).toBe(3);
    expect(times.every((at) => at > 0.26 && at < 0.76)).toBe(true);
    expect((await run('')).byChannel.has('P5.6')).toBe(false);
  });
  test('bytes: answered with the next one at the next tick', async () => {
    expect(valuesOf(await run('at 0.55s usart1 "k"'), 'usart1')).toContain("6c 'l'");
    expect(valuesOf(await run(''), 'usart1')).not.toContain("6c 'l'");
  });
  test('a cut of the supply: RAM is lost, the program begins again', async () => {
    const one = await run('at 300ms supply 0V\nat 350ms supply 3V', 0.6);
    expect(
      valuesOf(one, 'usart1')
        .join('')
        .match(/72 'r'/g),
    ).toHaveLength(2);
  });

  test('tied to the fifth change of the red LED and 10 ms: there, and in the order of the channel', async () => {
    const tied = await run('after 5 P5.4 +10ms usart1 "k"\nafter 1 any adc 0 3V');
    const fifth = tied.byChannel.get('P5.4')![4]!.atUs;
    const answer = tied.outputs.find(({ value }) => value === "6c 'l'") as Output;
    expect(answer.atUs).toBeGreaterThan(fifth + 10_000);
    expect(answer.atUs).toBeLessThan(fifth + 10_000 + 130_000);
    expect(measured(tied)).toEqual(['ff', 'ff']);
    expect(tied.given).toBe(2);
  });
  test('the same run twice: the same outputs at the same time', async () => {
    const text = 'at 0.2s usart1 01 02\nafter 3 usart1 button press\n';
    expect((await run(text)).outputs).toEqual((await run(text)).outputs);
  });
});
