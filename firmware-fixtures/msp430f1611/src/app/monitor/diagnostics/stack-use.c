/* The free stack is painted at the start; what has lost its colour was used. */
#include "stack-use.h"

#include "flash-map.h"

#define STACK_END 0x3100
#define STACK_BYTES (STACK_TOP - STACK_END)
#define COLOUR 0xC5
/* Below the stack pointer, for the painter itself and what interrupts it. */
#define MARGIN 64

static uint8_t *stackEnd(void) { return (uint8_t *)STACK_END; }

static uint8_t *stackPointer(void) {
    uint8_t *pointer;
    __asm__ volatile("mov r1, %0" : "=r"(pointer));
    return pointer;
}

void paintStack(void) {
    uint8_t *end = stackPointer() - MARGIN;
    for (uint8_t *at = stackEnd(); at < end; at++) *at = COLOUR;
}

static uint16_t untouched(void) {
    const uint8_t *end = stackEnd();
    uint16_t bytes = 0;
    while (bytes < STACK_BYTES && end[bytes] == COLOUR) bytes++;
    return bytes;
}

uint16_t stackUse(void) { return STACK_BYTES - untouched(); }
