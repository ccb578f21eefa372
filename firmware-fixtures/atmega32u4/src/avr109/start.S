; First words of the boot section: no vectors, no interrupt is ever on here. The same in src/agent.
#include <avr/io.h>

    .section .vectors, "ax", @progbits
    .global agentStart
agentStart:
    cli
    clr r1
    ldi r28, lo8(RAMEND)
    ldi r29, hi8(RAMEND)
    out _SFR_IO_ADDR(SPH), r29
    out _SFR_IO_ADDR(SPL), r28
    ; .data is empty (the build checks it); .bss begins as zeros
    ldi r26, lo8(__bss_start)
    ldi r27, hi8(__bss_start)
1:  st X+, r1
    cpi r26, lo8(__bss_end)
    ldi r24, hi8(__bss_end)
    cpc r27, r24
    brne 1b
    jmp main
