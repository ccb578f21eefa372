/* Four cycles a turn, which are a microsecond at 4 MHz. */

#include "function.h"

    function waitUs
    nop
    dec r12
    jnz waitUs
    ret
    done waitUs
