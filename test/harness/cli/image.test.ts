import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerImage } from '../../../harness/cli/image.ts';
import { EZ240_HEADER, headerCrc, readNodeHeader } from '../../../harness/image/node-header.ts';
import { packImage } from '../../../harness/image/pack.ts';
import { readImage } from '../../../harness/image/read-image.ts';
import { FIXTURES_ROOT } from '../../../harness/scenarios.ts';

const PAPER_MAIN = [
  ':020000040000FA',
  ':1020000018F09FE518F09FE518F09FE510F09FE5A8',
  ':102010000CF09FE5846FA0B80CF09FE50CF09FE5F5',
  ':102020002C21000034200000382000009420000003',
  ':0CBF90000000000040000040EC1F00001A',
  ':00000001FF',
];
const BOOT = [
  ':10000000060000EAFEFFFFEAFEFFFFEAFEFFFFEA4E',
  ':10001000FEFFFFEA00000000FEFFFFEAFEFFFFEA2E',
  ':00000001FF',
];

let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashrig-cli-image-'));
  await writeFile(at('main.hex'), PAPER_MAIN.join('\r\n'));
  await writeFile(at('boot.hex'), BOOT.join('\n'));
  await writeFile(at('raw.bin'), Uint8Array.of(1, 2, 3));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** @returns what the command prints. */
async function run(...words: string[]): Promise<string> {
  let printed = '';
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  registerImage(program, (text) => {
    printed += text;
  });
  await program.parseAsync(['image', ...words], { from: 'user' });
  return printed;
}

describe('image info', () => {
  test('image info, the paper main, ranges, vectors and a valid checksum in words', async () => {
    const text = await run('info', at('main.hex'));
    expect(text).toContain('0x00002000..0x0000202f  48 bytes');
    expect(text).toContain('at 0x00002000, checksum 0xb8a06f84 valid');
    expect(text).toMatch(/reset +0xe59ff018 {2}-> 0x0000212c/);
    expect(text).toContain('none at 0x2020');
  });

  test('image info --json, one document with schema 1', async () => {
    const info = JSON.parse(await run('info', '--json', at('main.hex')));
    expect(info).toMatchObject({
      schema: 1,
      format: 'hex',
      bytes: 60,
      entry: null,
      vectors: { valid: true, base: 0x2000 },
      header: null,
      crp: null,
    });
    expect(info.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('image info, a raw image with --base, read at that address', async () => {
    expect(await run('info', at('raw.bin'), '--base', '0x2000')).toContain(
      '0x00002000..0x00002002',
    );
  });

  test.each([
    ['a raw image without --base', ['info', 'raw.bin'], 'BIN_NO_BASE'],
    ['a file that is not there', ['info', 'none.hex'], 'IMAGE_NOT_FOUND'],
  ])('image info, %s, RigError with exit code 2', async (_, [word, file], code) => {
    await expect(run(word!, at(file!))).rejects.toMatchObject({ code, exitCode: 2 });
  });

  test.each(['0x100000000', '-1', 'x', ''])('image info, --base %j, refused', async (base) => {
    await expect(run('info', at('raw.bin'), `--base=${base}`)).rejects.toThrow(/Expected a number/);
  });
});

describe('image merge', () => {
  test('image merge, boot and main, a HEX whose vectors the ROM accepts', async () => {
    const text = await run('merge', at('boot.hex'), at('main.hex'), '-o', at('dy-main.hex'));
    expect(text).toContain('note: vector checksum at 0x14 set to 0x94000006');
    const merged = await readFile(at('dy-main.hex'), 'latin1');
    expect(merged.trim().split('\n').slice(3)).toEqual(PAPER_MAIN.slice(1));
    const info = JSON.parse(await run('info', '--json', at('dy-main.hex')));
    expect(info.vectors).toMatchObject({ base: 0, valid: true });
  });

  test('image merge --json, document names the file, its bytes and its hash', async () => {
    const out = at('json.hex');
    const words = ['merge', at('boot.hex'), at('main.hex'), '-o', out, '--json'];
    const document = JSON.parse(await run(...words));
    expect(document).toMatchObject({ schema: 1, out, bytes: 92 });
    expect(document.warnings).toHaveLength(1);
  });

  test('image merge, to .bin, one block from 0 with FF between', async () => {
    await run('merge', at('boot.hex'), at('main.hex'), '-o', at('dy.bin'));
    const bytes = await readFile(at('dy.bin'));
    expect(bytes.length).toBe(0xbf9c);
    expect([bytes[0x17], bytes[0x1000], bytes[0x2000]]).toEqual([0x94, 0xff, 0x18]);
  });

  test('image merge, main linked at 0, refused and nothing written', async () => {
    const out = at('never.hex');
    await expect(run('merge', at('boot.hex'), at('boot.hex'), '-o', out)).rejects.toMatchObject({
      code: 'MERGE_MAIN_AT_ZERO',
    });
    await expect(readFile(out)).rejects.toThrow('ENOENT');
  });
});

describe('image convert and diff', () => {
  test('image convert, HEX to BIN and back, the same bytes with FF in the gap', async () => {
    await run('convert', at('main.hex'), '-o', at('main.bin'));
    await run('convert', at('main.bin'), '--base', '0x2000', '-o', at('again.hex'));
    const diff = JSON.parse(await run('diff', '--json', at('main.hex'), at('again.hex')));
    expect(diff).toMatchObject({ bytesChanged: 0, bytesRemoved: 0, bytesSame: 60 });
    expect(diff.bytesAdded).toBe(0xbf90 - 0x2030);
  });

  test('image convert, gap over --limit, refused', async () => {
    const words = ['convert', at('main.hex'), '-o', at('x.bin'), '--limit', '100'];
    await expect(run(...words)).rejects.toMatchObject({ code: 'IMAGE_TOO_BIG' });
  });

  test('image convert, an output name that says no format, refused', async () => {
    await expect(run('convert', at('main.hex'), '-o', at('x'))).rejects.toMatchObject({
      code: 'USAGE',
    });
  });

  test('image diff, an image with itself, says the same', async () => {
    expect(await run('diff', at('main.hex'), at('main.hex'))).toBe(
      'main.hex -> main.hex: the same 60 bytes\n',
    );
  });

  test('image diff, boot against main, counts and sectors', async () => {
    const text = await run('diff', at('boot.hex'), at('main.hex'));
    expect(text).toContain('0 changed, 60 added, 32 removed, 0 the same');
    expect(text).toMatch(/sector 8 +0x00008000 {2}12 bytes differ/);
  });
});

describe('image arrange', () => {
  const fixture = (name: string): string => join(FIXTURES_ROOT, 'msp430f1611', 'images', name);
  const [old, fresh] = [fixture('blink.elf'), fixture('blink-pattern.elf')];

  test('image arrange, two versions of Blink, an image whose header fits it', async () => {
    const printed = await run('arrange', old, fresh, '--out', at('arranged.elf'), '--json');
    const made = JSON.parse(printed);
    expect(made.schema).toBe(1);
    expect(made.callsRevised).toBe(0);
    const range = { from: 0x4000, to: 0xd000, file: 'arranged.elf' };
    const packed = packImage(await readImage(at('arranged.elf')), range);
    expect(readNodeHeader(packed, EZ240_HEADER)?.crc16).toBe(headerCrc(packed, EZ240_HEADER));
    const linked = packImage(await readImage(fresh), range);
    expect(packed.length).toBe(linked.length);
    expect(Buffer.compare(packed, linked) === 0).toBe(
      made.functionsMoved + made.variablesMoved === 0,
    );
  });
  test('image arrange, nothing asked for, the same bytes', async () => {
    const words = ['--no-functions', '--no-variables', '--out', at('same.elf')];
    expect(await run('arrange', old, fresh, ...words)).toContain(
      '0 functions and 0 variables moved',
    );
    expect(Buffer.compare(await readFile(at('same.elf')), await readFile(fresh))).toBe(0);
  });
  test('image arrange, rubbish, an error that says what is missing', async () => {
    const to = ['--out', at('x.elf')];
    await expect(run('arrange', old, fresh, '--calls', ...to)).rejects.toThrow(/no section .calls/);
    await expect(run('arrange', old, at('raw.bin'), ...to)).rejects.toThrow(/7f 45 4c 46/);
    const agent = join(FIXTURES_ROOT, 'atmega32u4', 'images', 'agent.elf');
    await expect(run('arrange', agent, fresh, ...to)).rejects.toThrow(/expected MSP430/);
  });
});

describe('image modify', () => {
  const fixture = (name: string): string => join(FIXTURES_ROOT, 'msp430f1611', 'images', name);
  const [old, next, third] = ['blink.elf', 'blink-pattern-4.elf', 'blink-if-else-3.elf'].map(
    fixture,
  );

  test('image modify, twice, the second on what the first has left', async () => {
    const words = ['--out', at('once.hex'), '--script', at('once.bin'), '--json'];
    const once = JSON.parse(await run('modify', old!, next!, ...words));
    expect(once).toMatchObject({ schema: 1, kind: 'in situ', reason: 'in situ fits' });
    expect((await readFile(at('once.bin'))).length).toBe(once.fileBytes);
    const image = await readImage(at('once.hex'));
    expect(image.segments.map(({ address }) => address)).toEqual([0x1900, 0x4000]);
    expect(image.segments[0]!.bytes).toHaveLength(once.areaBytes);
    const again = await run('modify', at('once.node.json'), third!, '--out', at('twice.hex'));
    expect(again).toContain('in situ (in situ fits)');
  });
  test('image modify --rebuild, the image as linked', async () => {
    await run('modify', old!, next!, '--rebuild', '--out', at('rebuilt.hex'));
    expect((await readImage(at('rebuilt.hex'))).sha256).toBe((await readImage(next!)).sha256);
  });
  test('image modify, rubbish, an error that says what is expected', async () => {
    const to = ['--out', at('x.hex')];
    await expect(run('modify', at('none.elf'), next!, ...to)).rejects.toThrow(/no such file/);
    await expect(run('modify', at('none.node.json'), next!, ...to)).rejects.toThrow(/no such file/);
    await expect(run('modify', at('main.hex'), next!, ...to)).rejects.toThrow(/7f 45 4c 46/);
    await expect(run('modify', old!, next!, '--out', at('x.bin'))).rejects.toThrow(/a \.hex file/);
  });
});
