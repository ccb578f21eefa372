/* An interrupt that calls a function in C and leaves the CPU awake: clang cannot reach the stacked status register. */
    .macro interrupt name, function
    .section .text.\name, "ax", @progbits
    .global \name
    .type \name, @function
    .p2align 1
\name:
    push r15
    push r14
    push r13
    push r12
    push r11
    call #\function
    pop r11
    pop r12
    pop r13
    pop r14
    pop r15
    bic #0xF0, 0(r1)
    reti
    .size \name, . - \name
    .endm
