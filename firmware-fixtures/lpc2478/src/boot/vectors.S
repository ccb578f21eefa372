/* Vectors at 0. The loader owns them and passes every exception but reset on to the application's table
   at 0x2000. Source: ARM7TDMI-S TRM, "Exception vectors"; UM10237, "Criterion for valid user code"
   (the word at 0x14 makes the eight words sum to zero; the build fills it in). */
    .syntax unified
    .arm
    .section .vectors, "ax"
    .global _start
_start:
    b bootReset
    b 0x2004
    b 0x2008
    b 0x200C
    b 0x2010
    .word 0
    b 0x2018
    b 0x201C

    .text
    .global bootReset
bootReset:
    msr cpsr_c, #0xD3           /* SVC, IRQ and FIQ masked */
    ldr sp, =__stack_top
    ldr r0, =__bss_start
    ldr r1, =__bss_end
    mov r2, #0
1:  cmp r0, r1
    strlo r2, [r0], #4
    blo 1b
    ldr r0, =bootMain
    mov lr, pc
    bx r0
2:  b 2b

/* runApplication(): the application sees the core as after a reset, vectors included. */
    .global runApplication
    .type runApplication, %function
runApplication:
    msr cpsr_c, #0xD3
    ldr r0, =0x2000
    bx r0
    .ltorg
