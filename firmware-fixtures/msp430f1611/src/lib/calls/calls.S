/* An empty call-indirection table: items that branch to the entry. `flashrig image arrange --calls` fills it.
   As many as the paper has room for: 1.4 KB at 4 bytes an item. */

    .section .calls, "ax", @progbits
    .global callTable
    .type callTable, @object
callTable:
    .rept 358
    br #start
    .endr
    .size callTable, . - callTable
