/* What clang calls to shift 32 bits by a variable: R13:R12 by R14. MSP430 EABI (SLAA534), "Helper Function API".
   It shifts 8 and 16 bits with loops of its own. */

#include "function.h"

    function __mspabi_slll
    tst r14
    jz 2f
1:  rla r12
    rlc r13
    dec r14
    jnz 1b
2:  ret
    done __mspabi_slll

    function __mspabi_srll
    tst r14
    jz 2f
1:  clrc
    rrc r13
    rrc r12
    dec r14
    jnz 1b
2:  ret
    done __mspabi_srll

    function __mspabi_sral
    tst r14
    jz 2f
1:  rra r13
    rrc r12
    dec r14
    jnz 1b
2:  ret
    done __mspabi_sral
