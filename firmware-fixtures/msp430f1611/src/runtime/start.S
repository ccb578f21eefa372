/* Reset, entry table, hardware vectors. An interrupt goes on through the vectors of the application at 0x4000, but for
   the receiver of USART1. */
#include "flash-map.h"

    .set WDTCTL, 0x0120
    .set WDT_STOPPED, 0x5A80
    .set IE2, 0x0001
    .set URXIE1, 0x10
    .set TACTL, 0x0160
    .set ENTRY_VECTOR, APP_START + 30

    .section .entries, "ax", @progbits
    br #nodeService
    br #nodeRestart
    br #nodeRadioTake

    .section .text.runtimeStart, "ax", @progbits
    .global runtimeStart
    .type runtimeStart, @function
runtimeStart:
    mov #WDT_STOPPED, &WDTCTL
    mov #STACK_TOP, r1
    mov #__data_start, r12
    mov #__data_load, r13
    mov #__data_bytes, r14
    call #memcpy
    mov #__bss_start, r12
    clr r13
    mov #__bss_bytes, r14
    call #memset
    br #runtimeMain
    .size runtimeStart, . - runtimeStart

    .section .text.startApplication, "ax", @progbits
    .global startApplication
    .type startApplication, @function
startApplication:
    clr &TACTL
    bis.b #URXIE1, &IE2
    mov #STACK_TOP, r1
    br &ENTRY_VECTOR
    .size startApplication, . - startApplication

    .section .text.takeOver, "ax", @progbits
    .global takeOver
    .type takeOver, @function
takeOver:
    dint
    nop
    mov #WDT_STOPPED, &WDTCTL
    mov #STACK_TOP, r1
    br #takenOver
    .size takeOver, . - takeOver

    .section .text.receiverInterrupt, "ax", @progbits
    .type receiverInterrupt, @function
receiverInterrupt:
    push r11
    push r12
    push r13
    push r14
    push r15
    call #serialReceived
    pop r15
    pop r14
    pop r13
    pop r12
    pop r11
    reti
    .size receiverInterrupt, . - receiverInterrupt

    .macro forward number
    .section .text.forward\number, "ax", @progbits
forward\number:
    br &APP_START + 2 * \number
    .section .hardware_vectors, "a", @progbits
    .short forward\number
    .endm

    forward 0
    forward 1
    forward 2
    .section .hardware_vectors, "a", @progbits
    .short receiverInterrupt
    forward 4
    forward 5
    forward 6
    forward 7
    forward 8
    forward 9
    forward 10
    forward 11
    forward 12
    forward 13
    forward 14
    .section .hardware_vectors, "a", @progbits
    .short runtimeStart
