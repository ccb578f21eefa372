import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { expectRefusal, flashrig, scratchDirectory } from '../../helpers/cli.ts';
import { noise } from '../../helpers/image-pairs.ts';
import { needPeer } from '../../helpers/peers.ts';
import { wellFormedProblem } from '../../helpers/well-formed.ts';

const OLD = noise(3000, 1);
const NEW = Uint8Array.from([...OLD.subarray(0, 900), 1, 2, 3, 4, ...OLD.subarray(900), 9]);

let folder = '';
const at = (name: string): string => join(folder, name);
const delta = (...words: readonly string[]) => flashrig(['delta', ...words], { cwd: folder });
const read = (name: string) => new Uint8Array(readFileSync(at(name)));

beforeEach(() => {
  folder = scratchDirectory();
  writeFileSync(at('old.bin'), OLD);
  writeFileSync(at('new.bin'), NEW);
});

describe('delta', () => {
  test.each(['dg', 'dg-safe', 'r3diff'])('make and apply, %s: the new image', async (scheme) => {
    const made = await delta('make', '--scheme', scheme, 'old.bin', 'new.bin', '-o', 'a.patch');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain(`a.patch: ${scheme}, `);
    expect((await delta('apply', 'old.bin', 'a.patch', '-o', 'out.bin')).code).toBe(0);
    expect(read('out.bin')).toEqual(NEW);
    expect(readdirSync(folder).sort()).toEqual(['a.patch', 'new.bin', 'old.bin', 'out.bin']);
  });
  test('make full: the packed image itself, for either chip', async () => {
    await delta('make', '--scheme', 'full', 'old.bin', 'new.bin', '-o', 'a');
    expect(read('a')).toEqual(NEW);
    const words = [
      'make',
      '--scheme',
      'full',
      '--chip',
      'lpc2478',
      'old.bin',
      'new.bin',
      '-o',
      'b',
    ];
    expect((await delta(...words)).stdout).toContain('in 12 frames');
  });
  test('apply to .hex: read back, the same image', async () => {
    await delta('make', 'old.bin', 'new.bin', '-o', 'a.patch');
    const { stdout } = await delta('apply', 'old.bin', 'a.patch', '-o', 'out.hex', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, bytes: NEW.length });
    const diff = await flashrig(['image', 'diff', '--base', '0', at('out.hex'), at('new.bin')]);
    expect(diff.stdout).toContain(`the same ${NEW.length} bytes`);
  });
  test('rollback: back to the old image', async () => {
    await delta('rollback', 'old.bin', 'new.bin', '-o', 'back.patch');
    await delta('apply', 'new.bin', 'back.patch', '-o', 'out.bin');
    expect(read('out.bin')).toEqual(OLD);
  });
  test('inspect: envelope and operations; the steps are those that apply counts', async () => {
    await delta('make', '--scheme', 'r3diff', 'old.bin', 'new.bin', '-o', 'a.patch');
    const { stdout } = await delta('inspect', 'a.patch');
    expect(stdout).toContain('a.patch: r3diff, pages downwards');
    expect(stdout).toMatch(/old {6}3000 bytes, CRC-16 0x[0-9a-f]{4}/);
    expect(stdout).toMatch(/COPY {2}0x0384 -> 0x0388 +2100 bytes, pages 7 to 23/);
    for (const scheme of ['dg', 'r3diff']) {
      await delta('make', '--scheme', scheme, 'old.bin', 'new.bin', '-o', 'b.patch');
      const inspected = JSON.parse((await delta('inspect', 'b.patch', '--json')).stdout);
      const applied = await delta('apply', 'old.bin', 'b.patch', '-o', 'out.bin', '--json');
      expect(inspected.steps).toBe(JSON.parse(applied.stdout).steps);
    }
  });
  test('inspect --svg: well formed, a band for each COPY and a block for each ADD', async () => {
    await delta('make', '--scheme', 'r3diff', 'old.bin', 'new.bin', '-o', 'a.patch');
    const { stdout } = await delta('inspect', 'a.patch', '--svg', 'a.svg', '--json');
    const svg = readFileSync(at('a.svg'), 'utf8');
    expect(wellFormedProblem(svg)).toBeNull();
    const { copies, adds } = JSON.parse(stdout);
    expect([svg.match(/<title>COPY /g)?.length, svg.match(/<title>ADD /g)?.length]).toEqual([
      copies,
      adds,
    ]);
    const nowhere = await delta('inspect', 'a.patch', '--svg', 'no/such/a.svg');
    expect(nowhere.code).toBe(2);
  });
  test('make --json: one document with the predicted cost', async () => {
    const { stdout } = await delta('make', 'old.bin', 'new.bin', '-o', 'a.patch', '--json');
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ schema: 1, scheme: 'dg-safe', chip: 'atmega32u4' });
    expect(document.fileBytes).toBe(read('a.patch').length);
    expect(document.predicted.device.energyNanojoules.total).toBeGreaterThan(0);
  });
  test('compare: a row for every scheme', async () => {
    const { code, stdout } = await delta('compare', 'old.bin', 'new.bin');
    expect(code).toBe(0);
    for (const name of ['full', 'dg', 'dg-safe', 'r3diff', 'dg, literal rules', 'bsdiff']) {
      expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
    }
    expect(stdout).toMatch(/^dg-safe .* goes on$/m);
  });
  test('compare, tools that are not installed: rows that say so', async () => {
    const run = await flashrig(['delta', 'compare', 'old.bin', 'new.bin', '--json'], {
      cwd: folder,
      env: { PATH: '' },
    });
    const { rows } = JSON.parse(run.stdout) as { rows: { name: string; note: string }[] };
    const missing = rows.filter(({ note }) => note === 'not installed').map(({ name }) => name);
    expect(missing).toEqual(['bsdiff', 'xdelta3 -9 -S lzma', 'zstd --patch-from']);
  });
  const tools = ['bsdiff', 'xdelta3', 'zstd'];
  test.skipIf(tools.map(needPeer).includes(null))('compare: sizes of the tools', async () => {
    const { stdout } = await delta('compare', 'old.bin', 'new.bin', '--json');
    const { rows } = JSON.parse(stdout) as { rows: { name: string; fileBytes: number }[] };
    for (const tool of tools) {
      const row = rows.find(({ name }) => name.startsWith(tool));
      expect(row?.fileBytes).toBeGreaterThan(10);
      expect(row?.fileBytes).toBeLessThan(NEW.length);
    }
  });
});

describe('delta, rubbish in', () => {
  const good = async () => {
    await delta('make', 'old.bin', 'new.bin', '-o', 'a.patch');
    return read('a.patch');
  };
  const refused = async (name: string, code: string, ...facts: readonly string[]) => {
    expectRefusal(await delta('apply', 'old.bin', name, '-o', 'out.bin'), 2, code, ...facts);
    expect(existsSync(at('out.bin'))).toBe(false);
  };

  test('patches that are cut off, damaged, empty, or none', async () => {
    const patch = await good();
    writeFileSync(at('short'), patch.subarray(0, 20));
    await refused('short', 'PATCH_LENGTH', 'short: has 20 bytes');
    patch[15]! ^= 4;
    writeFileSync(at('damaged'), patch);
    await refused('damaged', 'PATCH_CRC');
    writeFileSync(at('empty'), '');
    await refused('empty', 'PATCH_EMPTY');
    await refused('old.bin', 'PATCH_FORMAT', 'expected 44');
    await refused('nowhere', 'PATCH_UNREADABLE', 'no such file');
    await refused('.', 'PATCH_UNREADABLE', 'it is a folder');
  });
  test('a patch for another image', async () => {
    await good();
    const result = await delta('apply', 'new.bin', 'a.patch', '-o', 'out.bin');
    expectRefusal(result, 2, 'PATCH_BASE', 'old image of 3000 bytes', 'this one has 3005 bytes');
  });
  test('a new image that leaves no room', async () => {
    writeFileSync(at('big.bin'), noise(28_000, 5));
    const result = await delta('make', 'old.bin', 'big.bin', '-o', 'a.patch');
    expectRefusal(result, 2, 'PLAN_NO_ROOM', 'bytes are missing');
    writeFileSync(at('huge.bin'), noise(30_000, 5));
    const huge = await delta('make', 'old.bin', 'huge.bin', '-o', 'a.patch');
    expectRefusal(huge, 2, 'IMAGE_RANGE', 'huge.bin');
    expect(existsSync(at('a.patch'))).toBe(false);
  });
  test('a scheme that the chip does not know', async () => {
    const words = ['make', '--chip', 'lpc2478', '--scheme', 'dg', 'old.bin', 'new.bin', '-o', 'a'];
    expectRefusal(await delta(...words), 2, 'SCHEME', 'lpc2478', 'Give one of full');
    const inspect = await delta('inspect', 'old.bin', '--chip', 'lpc2478');
    expectRefusal(inspect, 2, 'SCHEME', 'lpc2478');
  });
  test('names that are not understood', async () => {
    expectRefusal(
      await delta('make', '--scheme', 'dgs', 'old.bin', 'new.bin', '-o', 'a'),
      2,
      'OPTION_VALUE',
      'full, dg, dg-safe, r3diff',
    );
    await good();
    expectRefusal(await delta('apply', 'old.bin', 'a.patch', '-o', 'out.txt'), 2, 'USAGE', '.hex');
  });
  test('verify --scheme dg on the LPC2478 terminal, whose agent knows only full', async () => {
    const images = ['--boot', at('old.bin'), '--from', at('old.bin'), '--to', at('new.bin')];
    const words = ['verify', '--board', 'lpc2478-terminal', '--scheme', 'dg', ...images];
    expectRefusal(await flashrig(words), 2, 'SCHEME', 'lpc2478-terminal does not know it');
  });
});
