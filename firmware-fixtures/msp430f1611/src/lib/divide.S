/* What clang calls to divide: MSP430 EABI (SLAA534), "Helper Function API". R11 to R15 may change.
   Division by 0 gives all ones, and the dividend as remainder. */

#include "function.h"

    .macro negate low
    inv \low
    inc \low
    .endm
    .macro negate32 low, high
    inv \low
    inv \high
    inc \low
    adc \high
    .endm

/* R12 = R12 / R13, R14 the remainder; R11 is kept. */
    function __mspabi_divu
    clr r14
    mov #16, r15
1:  rla r12
    rlc r14
    jc 2f
    cmp r13, r14
    jlo 3f
2:  sub r13, r14
    bis #1, r12
3:  dec r15
    jnz 1b
    ret
    done __mspabi_divu

    function __mspabi_remu
    call #__mspabi_divu
    mov r14, r12
    ret
    done __mspabi_remu

/* The same of their magnitudes; the remainder has the dividend's sign. */
    function divideMagnitudes
    tst r12
    jge 1f
    negate r12
1:  tst r13
    jge 2f
    negate r13
2:  br #__mspabi_divu
    done divideMagnitudes

    function __mspabi_divi
    mov r12, r11
    xor r13, r11
    call #divideMagnitudes
    tst r11
    jge 1f
    negate r12
1:  ret
    done __mspabi_divi

    function __mspabi_remi
    mov r12, r11
    call #divideMagnitudes
    mov r14, r12
    tst r11
    jge 1f
    negate r12
1:  ret
    done __mspabi_remi

/* R13:R12 = R13:R12 / R15:R14, R15:R14 the remainder. */
    function __mspabi_divul
    push r10
    push r9
    clr r10
    clr r11
    mov #32, r9
1:  rla r12
    rlc r13
    rlc r10
    rlc r11
    jc 2f
    cmp r15, r11
    jlo 3f
    jne 2f
    cmp r14, r10
    jlo 3f
2:  sub r14, r10
    subc r15, r11
    bis #1, r12
3:  dec r9
    jnz 1b
    mov r10, r14
    mov r11, r15
    pop r9
    pop r10
    ret
    done __mspabi_divul

    function __mspabi_remul
    call #__mspabi_divul
    mov r14, r12
    mov r15, r13
    ret
    done __mspabi_remul

    function divideLongMagnitudes
    tst r13
    jge 1f
    negate32 r12, r13
1:  tst r15
    jge 2f
    negate32 r14, r15
2:  br #__mspabi_divul
    done divideLongMagnitudes

    function __mspabi_divli
    mov r13, r11
    xor r15, r11
    push r11
    call #divideLongMagnitudes
    pop r11
    tst r11
    jge 1f
    negate32 r12, r13
1:  ret
    done __mspabi_divli

    function __mspabi_remli
    push r13
    call #divideLongMagnitudes
    mov r14, r12
    mov r15, r13
    pop r11
    tst r11
    jge 1f
    negate32 r12, r13
1:  ret
    done __mspabi_remli
