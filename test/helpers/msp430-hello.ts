/** A little program for the Ez240, built by clang for the MSP430 where that is installed: it says hello on USART1. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SOURCE = `
#define BYTE(at) (*(volatile unsigned char *)(at))
#define WORD(at) (*(volatile unsigned int *)(at))
const char text[] = "hello from clang";
const unsigned char ballast[6000] = { 1, 2, 3 };
__attribute__((naked, section(".start"))) void start(void) {
  __asm__("mov #0x3900, r1\\n br #main");
}
int main(void) {
  WORD(0x120) = 0x5a80;
  BYTE(0x1b) = 0xc0;                 /* P3SEL: UTXD1, URXD1 */
  BYTE(0x05) = 0x30;                 /* ME2 */
  BYTE(0x78) = 0x11;                 /* U1CTL: 8 bits, SWRST */
  BYTE(0x79) = 0x10;                 /* U1TCTL: ACLK */
  BYTE(0x7c) = 3; BYTE(0x7d) = 0; BYTE(0x7b) = 0x4a;
  BYTE(0x78) = 0x10;
  for (const char *at = text; *at; at++) {
    while (!(BYTE(0x03) & 0x20)) ;
    BYTE(0x7f) = *at;
  }
  for (;;) ;
}
__attribute__((section(".vector"))) const unsigned reset = 0x4000;
`;
const LINKER = `
SECTIONS {
  .text 0x4000 : { *(.start) *(.text*) *(.rodata*) }
  .vector 0xfffe : { KEEP(*(.vector)) }
}
ENTRY(start)
`;
export const HELLO_BAUD = 9600;
export const HELLO_TEXT = 'hello from clang';

/** @returns the ELF file's bytes. */
export function buildHello(clang: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'flashrig-hello-'));
  try {
    const path = (name: string) => join(folder, name);
    writeFileSync(path('a.c'), SOURCE);
    writeFileSync(path('a.ld'), LINKER);
    execFileSync(clang, [
      ...['--target=msp430', '-Os', '-ffreestanding', '-fno-builtin', '-c'],
      ...['-o', path('a.o'), path('a.c')],
    ]);
    execFileSync('ld.lld-14', ['-T', path('a.ld'), '-o', path('a.elf'), path('a.o')]);
    return new Uint8Array(readFileSync(path('a.elf')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
