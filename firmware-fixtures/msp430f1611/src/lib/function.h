/* A function in assembly, in a section of its own as -ffunction-sections gives it. */
    .macro function name
    .section .text.\name, "ax", @progbits
    .global \name
    .type \name, @function
    .p2align 1
\name:
    .endm
    .macro done name
    .size \name, . - \name
    .endm
