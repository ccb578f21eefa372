/* What an application begins with: vectors, header, entry. An interrupt that it has no handler for returns.
   Clears .bss alone: the ifunctions lie behind it, and the runtime has put them there before it comes here. */

#include "flash-map.h"

    .macro vectors name, names:vararg
    .weak \name
    .set \name, unusedInterrupt
    .short \name
    .ifnb \names
    vectors \names
    .endif
    .endm

    .section .vectors, "a", @progbits
    .global appVectors
    .type appVectors, @object
appVectors:
    vectors dacDmaInterrupt, port2Interrupt, usart1TxInterrupt, usart1RxInterrupt, port1Interrupt
    vectors timerA1Interrupt, timerA0Interrupt, adc12Interrupt, usart0TxInterrupt, usart0RxInterrupt
    vectors watchdogInterrupt, comparatorInterrupt, timerB1Interrupt, timerB0Interrupt, nmiInterrupt
    .short start
    .size appVectors, . - appVectors

/* Length and CRC-16 are filled in after linking. */
    .section .header, "a", @progbits
    .global appHeader
    .type appHeader, @object
appHeader:
    .ascii "EZ"
    .short 0
    .fill 6, 1, 0
    .ascii APP_VERSION
    .short 0
    .size appHeader, . - appHeader

    .section .text.start, "ax", @progbits
    .global start
    .type start, @function
start:
    dint
    nop
    mov #STACK_TOP, r1
    mov #__data_start, r12
    mov #__data_load, r13
    mov #__data_bytes, r14
    call #memcpy
    mov #__bss_start, r12
    clr r13
    mov #__bss_bytes, r14
    call #memset
    call #main
    br #nodeRestart
    .size start, . - start

    .section .text.unusedInterrupt, "ax", @progbits
    .type unusedInterrupt, @function
unusedInterrupt:
    reti
    .size unusedInterrupt, . - unusedInterrupt
