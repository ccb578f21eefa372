/* Interrupt masking for Thumb code, which cannot reach the CPSR on ARMv4T.
   Source: ARM Architecture Reference Manual, "MRS" and "MSR". */
    .syntax unified
    .arm
    .text

    .global interruptsMask
    .type interruptsMask, %function
interruptsMask:
    mrs r0, cpsr
    orr r1, r0, #0xC0
    msr cpsr_c, r1
    and r0, r0, #0xC0
    bx lr

    .global interruptsRestore
    .type interruptsRestore, %function
interruptsRestore:
    mrs r1, cpsr
    bic r1, r1, #0xC0
    orr r1, r1, r0
    msr cpsr_c, r1
    bx lr
