/** The shortest runtime that starts an application of the MSP430F1611 fixture, as an image: its entries return at once.
 *  Source: firmware-fixtures/msp430f1611/README.md, "Memory". */

import { writeHex } from '../../harness/image/hex-write.ts';
import { makeImage } from '../../harness/image/segments.ts';
import { assemble } from './msp430-assembler.ts';

const VECTORS = 16;
const TRAMPOLINES = 0xd200;
/** RSEL 7, DCO 5, MOD 7: about 4 MHz. */
const CODE = `
  br #service
  br #start
  br #radio
service:
  ret
radio:
  clr r12
  ret
start:
  mov #0x5a80, &0x120
  mov #0x3900, sp
  mov.b #0xa7, &0x56
  mov.b #0x87, &0x57
  mov #0x1900, r15
clear:
  clr 0(r15)
  incd r15
  cmp #0x2500, r15
  jne clear
  mov &0x401e, pc
`;

/** It clears the ifunction area, as one that has no scripts would. */
export function bootHex(): string {
  const vectors = Array.from({ length: VECTORS - 1 }, (_, n) => 0x4000 + 2 * n);
  const pieces: readonly [number, number[]][] = [
    [0xd000, assemble(0xd000, CODE)],
    [TRAMPOLINES, vectors.flatMap((vector) => [0x4210, vector])],
    [0xffe0, [...vectors.map((_, n) => TRAMPOLINES + 4 * n), 0xd004]],
  ];
  const segments = pieces.map(([address, words]) => ({
    what: 'a piece',
    address,
    bytes: Uint8Array.from(words.flatMap((word) => [word & 0xff, word >>> 8])),
  }));
  return writeHex(makeImage('boot', 'hex', { segments }));
}
