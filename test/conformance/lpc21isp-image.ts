/** A bootable LPC2478 image of more than 100 KB, compiled on the spot: it sums its own table and says so on UART0. */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const TABLE_WORDS = 27_000;

const SOURCE = `
typedef unsigned int u32;
#define REG(address) (*(volatile u32 *)(address))
#define U0THR REG(0xE000C000)
#define U0DLL REG(0xE000C000)
#define U0DLM REG(0xE000C004)
#define U0FCR REG(0xE000C008)
#define U0LCR REG(0xE000C00C)
#define U0LSR REG(0xE000C014)
#define U0FDR REG(0xE000C028)
#define PCLKSEL0 REG(0xE01FC1A8)
#define PINSEL0 REG(0xE002C000)

extern const u32 table[${TABLE_WORDS}];

__asm__(".section .vectors, \\"ax\\"\\n"
        ".arm\\n"
        "ldr pc, =_start\\n"
        "b .\\n b .\\n b .\\n b .\\n"
        ".word 0\\n" // the valid-code word: lpc21isp puts it in
        "b .\\n b .\\n"
        ".ltorg\\n"
        ".global _start\\n"
        "_start: ldr sp, =0x40008000\\n"
        "bl main\\n"
        "b .\\n"
        ".ltorg\\n"
        ".text\\n");

static void put(char c) {
  while (!(U0LSR & 0x20)) {}
  U0THR = c;
}

int main(void) {
  u32 sum = 0;
  PCLKSEL0 = (PCLKSEL0 & ~0xC0u) | 0x40; // UART0 runs at CCLK, 4 MHz from the internal oscillator
  PINSEL0 = (PINSEL0 & ~0xF0u) | 0x50;   // TXD0, RXD0
  U0LCR = 0x83;
  U0DLL = 2;
  U0DLM = 0;
  U0FDR = 0xC1; // 4 MHz / (16 * 2 * 13/12) = 115385
  U0LCR = 0x03;
  U0FCR = 0x07;
  for (u32 i = 0; i < ${TABLE_WORDS}; i++) sum = (sum << 1 | sum >> 31) ^ table[i];
  for (const char *text = "sum "; *text; text++) put(*text);
  for (int shift = 28; shift >= 0; shift -= 4) put("0123456789abcdef"[sum >> shift & 15]);
  put('\\r');
  put('\\n');
  for (;;) {}
}
`;

const LINKER_SCRIPT = `
ENTRY(_start)
SECTIONS {
  . = 0;
  .text : { *(.vectors) *(.text*) *(.rodata*) }
  .bss 0x40000200 : { *(.data*) *(.bss*) }
}
`;

/** @returns the path of the .bin and .hex, the bytes, and the line that the program prints. */
export function buildImage(folder: string) {
  const at = (name: string) => join(folder, name);
  const table = Array.from({ length: TABLE_WORDS }, (_, i) => Math.imul(i, i + 0x1234567) >>> 0);
  writeFileSync(at('main.c'), SOURCE);
  writeFileSync(at('table.c'), `const unsigned table[] = {${table.join('u,')}u};\n`);
  writeFileSync(at('image.ld'), LINKER_SCRIPT);
  const elf = at('image.elf');
  execFileSync('arm-none-eabi-gcc', [
    ...['-mcpu=arm7tdmi-s', '-marm', '-O2', '-ffreestanding', '-nostdlib', '-Wall', '-Werror'],
    ...['-T', at('image.ld'), '-o', elf, at('main.c'), at('table.c'), '-lgcc'],
  ]);
  for (const [format, name] of [
    ['binary', 'image.bin'],
    ['ihex', 'image.hex'],
  ] as const) {
    execFileSync('arm-none-eabi-objcopy', ['-O', format, elf, at(name)]);
  }
  const sum = table.reduce((total, word) => ((total << 1) | (total >>> 31)) ^ word, 0) >>> 0;
  const bytes = Uint8Array.from(readFileSync(at('image.bin')));
  return {
    hexPath: at('image.hex'),
    binPath: at('image.bin'),
    bytes,
    says: `sum ${sum.toString(16).padStart(8, '0')}\r\n`,
  };
}
