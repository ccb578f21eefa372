/* What clang calls to multiply: MSP430 EABI (SLAA534), "Helper Function API". R11 to R15 may change.
   The hardware multiplier is left alone: it would have to be guarded against interrupts. */

#include "function.h"

/* R12 = R12 * R13 */
    function __mspabi_mpyi
    clr r14
1:  clrc
    rrc r12
    jnc 2f
    add r13, r14
2:  rla r13
    tst r12
    jnz 1b
    mov r14, r12
    ret
    done __mspabi_mpyi

/* R13:R12 = R13:R12 * R15:R14 */
    function __mspabi_mpyl
    push r10
    clr r10
    clr r11
1:  clrc
    rrc r13
    rrc r12
    jnc 2f
    add r14, r10
    addc r15, r11
2:  rla r14
    rlc r15
    tst r12
    jnz 1b
    tst r13
    jnz 1b
    mov r10, r12
    mov r11, r13
    pop r10
    ret
    done __mspabi_mpyl
