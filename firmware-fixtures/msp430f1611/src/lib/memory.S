/* memcpy, memmove, memset, memcmp: R12, R13, R14 (bytes); what is returned is in R12. */

#include "function.h"

    function memcpy
    mov r12, r15
    tst r14
    jz 2f
1:  mov.b @r13+, r11
    mov.b r11, 0(r15)
    inc r15
    dec r14
    jnz 1b
2:  ret
    done memcpy

    function memmove
    cmp r13, r12
    jlo 3f
    mov r12, r15
    add r14, r15
    add r14, r13
    tst r14
    jz 2f
1:  dec r13
    dec r15
    mov.b @r13, r11
    mov.b r11, 0(r15)
    dec r14
    jnz 1b
2:  ret
3:  br #memcpy
    done memmove

    function memset
    mov r12, r15
    tst r14
    jz 2f
1:  mov.b r13, 0(r15)
    inc r15
    dec r14
    jnz 1b
2:  ret
    done memset

    function memcmp
    mov r12, r15
    clr r12
    tst r14
    jz 2f
1:  mov.b @r15+, r12
    mov.b @r13+, r11
    sub r11, r12
    jnz 2f
    dec r14
    jnz 1b
2:  ret
    done memcmp
