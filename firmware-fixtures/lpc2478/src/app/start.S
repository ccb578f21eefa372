/* Application start: its vector table at 0x2000 (reached through the loader's at 0), stacks, RAM.
   Source: ARM7TDMI-S TRM, "Exceptions"; UM10237, "Vectored interrupt controller". */
    .syntax unified
    .arm
    .section .vectors, "ax"
    .global _start
_start:
    b appReset
    b undefinedEntry
    b swiEntry
    b prefetchEntry
    b dataEntry
    .word 0                     /* the build fills in what makes the eight words sum to zero */
    b irqEntry
    b fiqEntry

    .text
    .global appReset
appReset:
    msr cpsr_c, #0xD2           /* IRQ */
    ldr sp, =__irq_stack_top
    msr cpsr_c, #0xD7           /* abort */
    ldr sp, =__fault_stack_top
    msr cpsr_c, #0xDB           /* undefined */
    ldr sp, =__fault_stack_top
    msr cpsr_c, #0xD1           /* FIQ: not used */
    ldr sp, =__fault_stack_top
    msr cpsr_c, #0xD3           /* SVC, interrupts still masked */
    ldr sp, =__stack_top
    ldr r0, =__data_load
    ldr r1, =__data_start
    ldr r2, =__data_end
1:  cmp r1, r2
    ldrlo r3, [r0], #4
    strlo r3, [r1], #4
    blo 1b
    ldr r0, =__bss_start
    ldr r1, =__bss_end
    mov r2, #0
2:  cmp r0, r1
    strlo r2, [r0], #4
    blo 2b
    ldr r0, =appMain
    mov lr, pc
    bx r0
3:  b 3b

irqEntry:
    sub lr, lr, #4
    stmfd sp!, {r0-r3, r12, lr}
    ldr r0, =0xFFFFFF00         /* VICAddress: handler of the highest pending request */
    ldr r0, [r0]
    cmp r0, #0
    movne lr, pc
    bxne r0
    ldr r1, =0xFFFFFF00
    mov r0, #0
    str r0, [r1]
    ldmfd sp!, {r0-r3, r12, pc}^

/* Faults: cause and address go to faultHandler, which records them and restarts the terminal. */
undefinedEntry:
    mov r0, #1
    sub r1, lr, #4
    b fault
swiEntry:
    mov r0, #2
    sub r1, lr, #4
    b fault
prefetchEntry:
    mov r0, #3
    sub r1, lr, #4
    b fault
dataEntry:
    mov r0, #4
    sub r1, lr, #8
    b fault
fiqEntry:
    mov r0, #5
    sub r1, lr, #4
fault:
    ldr r2, =faultHandler
    mov lr, pc
    bx r2
4:  b 4b
    .ltorg
