/** GNU objcopy as the judge of our readers and writers: the same ELF through both, byte for byte. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeBin } from '../../harness/image/bin.ts';
import { writeHex } from '../../harness/image/hex-write.ts';
import { parseImage } from '../../harness/image/read-image.ts';
import { needPeer } from '../helpers/peers.ts';

const GCC = 'arm-none-eabi-gcc';
const OBJCOPY = 'arm-none-eabi-objcopy';
const NM = 'arm-none-eabi-nm';

const SOURCE = `
const unsigned table[33] __attribute__((section(".far"))) = { 1, 2, 3 };
unsigned counter = 0x12345678;
unsigned zero[20];
__attribute__((target("thumb"))) unsigned add(unsigned a) { return a + counter + zero[a & 7]; }
__attribute__((target("arm"))) unsigned twice(unsigned a) { return add(a) * 2 + table[a & 31]; }
void _start(void) { for (;;) counter = twice(counter); }
`;
const SCRIPT = `
ENTRY(_start)
SECTIONS {
  .text 0x2000 : { *(.text*) *(.rodata*) }
  .far 0x1fff0 : { *(.far) }
  .data 0x40000000 : AT(0x7c00) { *(.data*) }
  .bss (NOLOAD) : { *(.bss*) *(COMMON) }
}`;

const folder = mkdtempSync(join(tmpdir(), 'flashrig-objcopy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const tool = (name: string, ...words: string[]): string =>
  execFileSync(name, words, { encoding: 'latin1', cwd: folder });

function compile(name: string, ...options: string[]): string {
  writeFileSync(at('x.c'), SOURCE);
  writeFileSync(at('x.ld'), SCRIPT);
  const common = ['-mcpu=arm7tdmi-s', '-marm', '-Os', '-nostdlib', '-ffreestanding', 'x.c'];
  tool(GCC, ...common, '-o', name, '-Wl,--no-warn-rwx-segments', ...options);
  return at(name);
}
const read = (path: string, options = {}) => parseImage(readFileSync(path), path, options);

describe.skipIf(needPeer(GCC) === null)('against GNU objcopy (needs arm-none-eabi-gcc)', () => {
  describe.each([
    ['a linker script with load addresses apart', ['-T', 'x.ld']],
    ['no script, first segment begins with the ELF header', ['-Wl,-Ttext=0x10000']],
    ['no script, everything in one segment', ['-Wl,-N', '-Wl,-Ttext=0x2000']],
  ])('%s', (name, options) => {
    const elf = () => compile(`${name.length}.elf`, ...options);

    test('ELF in, objcopy -O ihex of the same file, the same segments', () => {
      const path = elf();
      tool(OBJCOPY, '-O', 'ihex', path, 'judge.hex');
      const judge = read(at('judge.hex'));
      const ours = read(path, { machine: 'arm' });
      expect(ours.segments).toEqual(judge.segments);
      expect(ours.sha256).toBe(judge.sha256);
      expect(ours.entry).toBe(judge.entry);
    });

    test('BIN out, objcopy -O binary of the same file, the same bytes', () => {
      const path = elf();
      tool(OBJCOPY, '--gap-fill', '0xff', '-O', 'binary', path, 'judge.bin');
      expect(Buffer.from(writeBin(read(path), 'x')).equals(readFileSync(at('judge.bin')))).toBe(
        true,
      );
    });

    test('HEX out, read by objcopy and made binary, the same bytes', () => {
      const image = read(elf());
      writeFileSync(at('ours.hex'), writeHex(image));
      tool(OBJCOPY, '-I', 'ihex', '--gap-fill', '0xff', '-O', 'binary', 'ours.hex', 'judge.bin');
      expect(Buffer.from(writeBin(image, 'x')).equals(readFileSync(at('judge.bin')))).toBe(true);
    });

    test('symbols, nm of the same file, the same functions and objects', () => {
      const path = elf();
      const judge = tool(NM, '-n', '--defined-only', '-S', path)
        .split('\n')
        .map((line) => /^(\w{8}) (\w{8}) [TtDdBbRr] (\w+)$/.exec(line))
        .filter((match) => match !== null)
        .map(([, address, bytes, symbol]) => [symbol, parseInt(address!, 16), parseInt(bytes!, 16)])
        .sort();
      const ours = read(path).symbols.map(({ name, address, bytes }) => [name, address, bytes]);
      expect(judge.map(([symbol]) => symbol)).toContain('add');
      expect(ours.sort()).toEqual(judge);
    });
  });

  test('ELF in, the 64-bit file of the host, refused', () => {
    expect(() => parseImage(readFileSync(process.execPath), 'node', { machine: 'arm' })).toThrow(
      'file class is 2, expected 1 (32 bits)',
    );
  });
});
