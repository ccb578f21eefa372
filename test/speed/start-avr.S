; Entry of the speed workload on the AVR: rounds in r25:r24; the 32-bit result goes to 0x0100, then it halts
; on a jump to itself at `halt` (byte address 0x20).
    .section .start, "ax"
    .global _start
    .global __do_clear_bss ; nothing counts on memory being zero
__do_clear_bss:
_start:
    clr r1
    ldi r28, 0xff
    ldi r29, 0x0a
    out 0x3e, r29
    out 0x3d, r28
    call workload
    sts 0x0100, r22
    sts 0x0101, r23
    sts 0x0102, r24
    sts 0x0103, r25
    .org 0x20
halt:
    rjmp halt
