@ Vectors and start-up of the test programs; the checksum word at 14 is filled in by build.sh.
    .syntax unified
    .section .vectors, "ax"
    .arm
    .global _start
_start:
    ldr pc, =reset_handler
    ldr pc, =fault
    ldr pc, =fault
    ldr pc, =fault
    ldr pc, =fault
    .word 0
    ldr pc, [pc, #-0x120]           @ IRQ: straight to what VICAddress says
    ldr pc, =fault
    .ltorg

    .text
    .arm
reset_handler:
    msr cpsr_c, #0xd2               @ IRQ mode
    ldr sp, =0x4000ff00
    msr cpsr_c, #0xdf               @ system mode, interrupts off
    ldr sp, =0x4000fe00
    ldr r0, =_data_start
    ldr r1, =_data_end
    ldr r2, =_data_load
1:  cmp r0, r1
    ldrlo r3, [r2], #4
    strlo r3, [r0], #4
    blo 1b
    ldr r0, =_bss_start
    ldr r1, =_bss_end
    mov r2, #0
2:  cmp r0, r1
    strlo r2, [r0], #4
    blo 2b
    bl main
fault:
    b fault
