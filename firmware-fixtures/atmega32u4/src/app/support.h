/* Little-endian numbers in bytes. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <stdint.h>
#include <string.h>

static inline uint32_t get16(const uint8_t *at) { return at[0] | (uint16_t)at[1] << 8; }
static inline uint32_t get32(const uint8_t *at) { return get16(at) | get16(at + 2) << 16; }
static inline void put16(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}
static inline void put32(uint8_t *at, uint32_t value) {
    put16(at, value);
    put16(at + 2, value >> 16);
}

#endif
