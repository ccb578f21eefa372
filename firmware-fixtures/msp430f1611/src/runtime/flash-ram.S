/* void programBlockInRam(uint16_t at, const uint8_t *bytes): 64 bytes in one block write. It lies in .data, which the
   start copies to RAM: flash cannot be read or executed from while it runs.
   Source: MSP430x1xx user's guide, "Block write". */
    .set FCTL1, 0x0128
    .set FCTL3, 0x012C
    .set UNLOCK, 0xA500
    .set LOCK, 0xA510
    .set BLOCK_WRITE, 0xA5C0
    .set END, 0xA500
    .set WAIT, 8
    .set BUSY, 1

    .section .data.programBlockInRam, "awx", @progbits
    .global programBlockInRam
    .p2align 1
programBlockInRam:
    mov #32, r14
    mov #UNLOCK, &FCTL3
    mov #BLOCK_WRITE, &FCTL1
nextWord:
    mov @r13+, r15
    mov r15, 0(r12)
    incd r12
waitForNext:
    bit #WAIT, &FCTL3
    jz waitForNext
    dec r14
    jnz nextWord
    mov #END, &FCTL1
waitForEnd:
    bit #BUSY, &FCTL3
    jnz waitForEnd
    mov #LOCK, &FCTL3
    ret
