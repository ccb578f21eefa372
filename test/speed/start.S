@ Entry of the speed workload: ARM state at 0. Rounds in r0; the result goes to 0x40000000, then it halts
@ on a branch to itself at `halt` (address 0x20).
    .text
    .arm
    .global _start
_start:
    ldr sp, =0x40010000
    ldr r4, =workload
    mov lr, pc
    bx r4
    ldr r1, =0x40000000
    str r0, [r1]
    b halt
    nop
halt:
    b halt
    .ltorg
