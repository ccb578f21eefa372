/* What the C library and the CPU's own instructions would otherwise give. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);

/* Mask IRQ and FIQ; the value goes back into interruptsRestore. */
uint32_t interruptsMask(void);
void interruptsRestore(uint32_t mask);

static inline uint32_t get16(const uint8_t *at) { return at[0] | ((uint32_t)at[1] << 8); }
static inline uint32_t get32(const uint8_t *at) { return get16(at) | (get16(at + 2) << 16); }
static inline void put16(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}
static inline void put32(uint8_t *at, uint32_t value) {
    put16(at, value);
    put16(at + 2, value >> 16);
}

#endif
