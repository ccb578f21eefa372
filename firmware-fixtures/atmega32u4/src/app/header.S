; The program header at 0x00B0, right behind the vectors. Length and CRC are filled in after linking (build.mjs).
#include "version.h"

    .section .vectors, "ax", @progbits
    .balign 16
    .byte 'N', 'D'
    .word 0
    .byte 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF
    .ascii VERSION_TEXT
    .word 0
