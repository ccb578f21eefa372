import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFileAtomic } from '../../../harness/files.ts';
import { parseImage, readImage } from '../../../harness/image/read-image.ts';
import { tinyElf } from '../../helpers/tiny-elf.ts';

const HEX = new TextEncoder().encode(':0100000001FE\n:00000001FF\n');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashrig-image-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('format', () => {
  test.each([
    ['HEX under the name of a .bin', HEX, 'x.bin', 'hex'],
    ['HEX under no name', HEX, 'x', 'hex'],
    ['ELF under the name of a .hex', tinyElf(), 'x.hex', 'elf'],
  ])('image, %s, told by its content', (_, bytes, name, format) => {
    expect(parseImage(bytes, name).format).toBe(format);
  });

  test('image, raw bytes with a base, BIN at that base', () => {
    const image = parseImage(Uint8Array.of(1, 2, 3), 'x', { base: 0x2000 });
    expect(image).toMatchObject({ format: 'bin', entry: null, symbols: [] });
    expect(image.segments).toEqual([{ address: 0x2000, bytes: Uint8Array.of(1, 2, 3) }]);
  });

  test('image, raw bytes that begin like text but not like a HEX record, BIN at the base', () => {
    expect(parseImage(Uint8Array.of(0x3a, 0xff, 0x30), 'x', { base: 0 }).format).toBe('bin');
  });

  test('image, HEX read as BIN because the caller says so, its characters are the bytes', () => {
    const image = parseImage(HEX, 'x.hex', { format: 'bin', base: 0 });
    expect(image.segments[0]!.bytes.length).toBe(HEX.length);
  });

  test.each([
    ['raw bytes named .bin without a base', Uint8Array.of(1), 'x.bin', 'carries no address'],
    ['raw bytes with a strange name', Uint8Array.of(1, 2), 'x.img', 'starts with 01 02; expected'],
    ['an empty file with a strange name', new Uint8Array(0), 'x', 'x: holds no data'],
    ['an empty HEX file', new Uint8Array(0), 'x.hex', 'x.hex: holds no data'],
    ['rubbish named .hex', Uint8Array.of(1), 'x.hex', 'line 1: starts with "\\x01", expected ":"'],
  ])('image, %s, clear error', (_, bytes, name, message) => {
    expect(() => parseImage(bytes, name)).toThrow(message);
  });

  test('image, a raw image whose end lies above 4 GB, range error', () => {
    expect(() => parseImage(new Uint8Array(17), 'x', { base: 0xfffffff0 })).toThrow(
      'lies outside the 32-bit address space',
    );
  });

  test('image, the same bytes as HEX and as BIN, the same sha256', () => {
    const raw = parseImage(Uint8Array.of(1), 'x', { base: 0 });
    expect(parseImage(HEX, 'x.hex').sha256).toBe(raw.sha256);
  });
});

describe('files', () => {
  test('image file, not there, IMAGE_NOT_FOUND with exit code 2', async () => {
    const path = join(folder, 'absent.hex');
    await expect(readImage(path)).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND', exitCode: 2 });
  });

  test('image file, a folder, IMAGE_UNREADABLE with exit code 2', async () => {
    await expect(readImage(folder)).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      exitCode: 2,
    });
  });

  test('image file, errors name the file without its folder', async () => {
    const path = join(folder, 'bad.hex');
    await writeFile(path, 'rubbish');
    await expect(readImage(path)).rejects.toThrow(/^bad\.hex, line 1:/);
  });

  test('atomic file, over an old one, new content and nothing left beside it', async () => {
    const inside = await mkdtemp(join(folder, 'atomic-'));
    const path = join(inside, 'a.txt');
    await writeFile(path, 'old');
    await writeFileAtomic(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(inside)).toEqual(['a.txt']);
  });

  test('atomic file, target is a folder, FILE_WRITE and nothing left beside it', async () => {
    const inside = await mkdtemp(join(folder, 'atomic-'));
    const target = await mkdtemp(join(inside, 'target-'));
    await expect(writeFileAtomic(target, 'x')).rejects.toMatchObject({
      code: 'FILE_WRITE',
      exitCode: 2,
    });
    expect(await readdir(inside)).toHaveLength(1);
  });

  test('atomic file, folder not there, error says so', async () => {
    await expect(writeFileAtomic(join(folder, 'no', 'a'), 'x')).rejects.toThrow(
      'the folder does not exist',
    );
  });
});
