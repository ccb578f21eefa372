/** `flashrig equivalent` as a user runs it, on programs of an assembler. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { writeHex } from '../../../harness/image/hex-write.ts';
import { makeImage } from '../../../harness/image/segments.ts';
import { expectRefusal, flashrig, scratchDirectory } from '../../helpers/cli.ts';
import { assemble } from '../../helpers/msp430-assembler.ts';
import { IFUNCTIONS } from '../../helpers/msp430-patch.ts';
import { wellFormedProblem } from '../../helpers/well-formed.ts';

/** The red LED and the green one in turns; `step` is what happens between. */
const blink = (step: string, between = ''): number[] =>
  assemble(
    0x4000,
    `mov #0x5a80, &0x120
     mov #0x3900, sp
     mov.b #0x30, &0x31
     mov.b #0x30, &0x32
     loop: xor.b #0x10, &0x31
     ${step}
     ${between}
     xor.b #0x20, &0x31
     mov #30000, r15
     wait: dec r15
     jne wait
     br #loop`,
  );
const bytesOf = (words: readonly number[]): Uint8Array =>
  Uint8Array.from(words.flatMap((word) => [word & 0xff, word >>> 8]));

let folder = '';
const at = (name: string): string => join(folder, name);
/** An image from 0x4000, more pieces, and the reset vector. */
function hex(name: string, words: readonly number[], more: Record<number, number[]> = {}): void {
  const pieces = { 16384: words, 65534: [0x4000], ...more };
  const segments = Object.entries(pieces)
    .filter(([, all]) => all.length > 0)
    .map(([address, all]) => ({ what: name, address: Number(address), bytes: bytesOf(all) }));
  writeFileSync(at(name), writeHex(makeImage(name, 'hex', { segments })));
}
const equivalent = (...words: readonly string[]) =>
  flashrig(['equivalent', '--board', 'ez240', '--seconds', '1', ...words], { cwd: folder });

beforeEach(() => {
  folder = scratchDirectory();
  hex('new.hex', blink('nop'));
});

describe('equivalent', () => {
  test('a jump over dead words: exit 0, later, and its cycles as counted', async () => {
    hex('modified.hex', blink('jmp on', '.word 0xffff\n .word 0xffff\n on: nop'));
    const { code, stdout, stderr } = await equivalent('modified.hex', 'new.hex');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^EQUIVALENT: \d+ outputs on 2 channels in 1 s, the same and in the same order, at most /,
    );
    expect(stdout).toMatch(/all +mean \+[\d.]+ us, worst \+/);
    expect(stdout).toContain('new.hex has no functions');
    const report = JSON.parse((await equivalent('modified.hex', 'new.hex', '--json')).stdout);
    const rounds = report.channels[0].new;
    const jumps = report.cycles.flows.find(({ what }: { what: string }) => what === 'JMP');
    expect(jumps.modifiedCycles).toBe(2 * jumps.modifiedCount);
    expect(Math.abs(jumps.modifiedCount - rounds)).toBeLessThanOrEqual(1);
    expect(jumps.newCount).toBe(0);
  });
  test('code in RAM by BR: placed at the reset, said so', async () => {
    const words = blink('br #0x1900', 'nop');
    const back = 0x4000 + 2 * (words.indexOf(IFUNCTIONS) + 1);
    hex('modified.hex', words, { [IFUNCTIONS]: assemble(IFUNCTIONS, `nop\nbr #${back}`) });
    const { code, stdout } = await equivalent('modified.hex', 'new.hex');
    expect(code).toBe(0);
    expect(stdout).toContain(
      '6 bytes of modified.hex lie in RAM (ifunction area): the bench put them',
    );
    expect(stdout).toMatch(/inside the ifunction area +\+\d+/);
  });
  test('another LED: exit 1, what, when and where; files that go over their own again', async () => {
    hex('modified.hex', blink('xor.b #0x40, &0x31\n mov.b #0x70, &0x32'));
    const words = ['modified.hex', 'new.hex', '--out', 'proof', '--stimulus', 'random:1'];
    const { code, stdout } = await equivalent(...words);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^DIFFERENT: P5.6, output 1: ".*" comes from the modified program alone./,
    );
    expect(stdout).toMatch(/modified {2}at 0\.\d{6} s {2}/);
    expect(stdout).toMatch(/from 0x40[0-9a-f]{2}\n/);
    expect(readdirSync(at('proof')).sort()).toEqual([
      'equivalence.html',
      'equivalence.json',
      'stimulus.txt',
    ]);
    expect(wellFormedProblem(readFileSync(at('proof/equivalence.html'), 'utf8'))).toBe(null);
    const report = JSON.parse(readFileSync(at('proof/equivalence.json'), 'utf8'));
    expect(report).toMatchObject({ schema: 1, verdict: 'different', board: 'ez240' });
    // The stimulus that a report holds, replayed, gives the same.
    const again = await equivalent(...words.slice(0, 4), '--stimulus', 'proof/stimulus.txt');
    expect(again.code).toBe(1);
    const replayed = JSON.parse(readFileSync(at('proof/equivalence.json'), 'utf8'));
    expect(replayed.difference).toEqual(report.difference);
    expect(replayed.stimulus.inputs).toBe(report.stimulus.inputs);
  });
  test('a program that says nothing: exit 1, no verdict', async () => {
    hex('silent.hex', assemble(0x4000, 'mov #0x5a80, &0x120\nhere: jmp here'));
    const { code, stdout } = await equivalent('silent.hex', 'silent.hex');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^NO VERDICT: No output came in 1 s: nothing was compared/);
  });
  test('programs without a reset vector, started by another', async () => {
    const boot = assemble(0xd000, 'br #0x4000');
    hex('boot.hex', [], { 53248: boot, 65534: [0xd000] });
    for (const name of ['a.hex', 'b.hex']) hex(name, blink('nop'), { 65534: [] });
    expectRefusal(await equivalent('a.hex', 'b.hex'), 2, 'EQUIVALENCE_START', 'a.hex', '0xfffe');
    const { code, stdout } = await equivalent('a.hex', 'b.hex', '--boot', 'boot.hex');
    expect(code).toBe(0);
    expect(stdout).toContain('a.hex against b.hex, started by boot.hex');
    const both = await equivalent('new.hex', 'new.hex', '--boot', 'boot.hex');
    expectRefusal(both, 2, 'IMAGE_OVERLAP', 'new.hex');
  });
});

describe('equivalent, rubbish in', () => {
  test.each([
    [['new.hex', 'none.hex'], 'IMAGE_NOT_FOUND', 'none.hex'],
    [['new.hex', 'new.hex', '--boot', 'none.hex'], 'IMAGE_NOT_FOUND', 'none.hex'],
    [['new.hex'], 'USAGE', "missing required argument 'new'"],
    [['new.hex', 'new.hex', '--seconds', '0'], 'OPTION_VALUE', '--seconds 0'],
    [['new.hex', 'new.hex', '--seconds', '1e9'], 'OPTION_VALUE', '--seconds 1e9'],
    [['new.hex', 'new.hex', '--board', 'sky'], 'OPTION_VALUE', 'ez240, lpc2478-terminal'],
    [['new.hex', 'new.hex', '--stimulus', 'none.txt'], 'STIMULUS_UNREADABLE', 'does not exist'],
    [['new.hex', 'new.hex', '--stimulus', 'random:x'], 'OPTION_VALUE', 'random:SEED'],
    [['new.hex', 'new.hex', '--stimulus', 'new.hex'], 'STIMULUS_LINE', 'new.hex, line 1'],
    [['new.hex', 'new.hex', '--late', 'x'], 'OPTION_VALUE', '--late x'],
    [['new.hex', 'new.hex', '--base', '-1'], 'OPTION_VALUE', '--base -1'],
  ])('%j: %s', async (words, errorCode, fact) => {
    expectRefusal(await equivalent(...words), 2, errorCode, fact);
  });
  test('bytes where the board has no memory, and in RAM beside the ifunction area', async () => {
    for (const address of [0x3000, 0x24fe, 0xc00]) {
      hex('bad.hex', blink('nop'), { [address]: [1, 2] });
      expectRefusal(await equivalent('bad.hex', 'new.hex'), 2, 'IMAGE_RANGE', 'bad.hex');
    }
  });
  test('a folder with a file of somebody else: refused before the run', async () => {
    writeFileSync(at('stimulus.txt'), 'at 1s button press\n');
    const refused = await equivalent('new.hex', 'new.hex', '--out', '.');
    expectRefusal(refused, 2, 'REPORT_FOREIGN', 'stimulus.txt');
    expect(readFileSync(at('stimulus.txt'), 'utf8')).toBe('at 1s button press\n');
  });
});
