/* Vectors, header and entry: initial values to RAM, .bss is what the machine starts with. The CRC is left at 0. */
    .section .vectors, "a", @progbits
    .rept 15
    .short unused
    .endr
    .short start

    .section .header, "a", @progbits
    .ascii "EZ"
    .short imageBytes, 0, 0, 0
    .ascii "0.10"
    .short 0

    .text
    .global start
start:
    mov #0x3900, r1
    mov #dataLoad, r12
    mov #dataStart, r13
    mov #dataBytes, r14
1:  tst r14
    jeq 2f
    mov.b @r12, 0(r13)
    inc r12
    inc r13
    dec r14
    jmp 1b
2:  br #main
unused:
    reti
