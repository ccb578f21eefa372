#include "arithmetic.h"

uint16_t squareRoot(uint32_t of) {
    uint32_t rest = of;
    uint32_t root = 0;
    uint32_t bit = 1UL << 30;
    while (bit > rest) bit >>= 2;
    while (bit != 0) {
        if (rest >= root + bit) {
            rest -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
        bit >>= 2;
    }
    return (uint16_t)root;
}

int16_t magnitude(int16_t of) { return of < 0 ? -of : of; }
uint16_t smaller(uint16_t a, uint16_t b) { return a < b ? a : b; }

uint16_t scale(uint16_t value, uint16_t numerator, uint16_t denominator) {
    return (uint16_t)(((uint32_t)value * numerator + denominator / 2) / denominator);
}

uint16_t moveTowards(uint16_t mean, uint16_t value, uint8_t shift) {
    int32_t difference = (int32_t)value - mean;
    return (uint16_t)(mean + (difference >> shift));
}

int16_t limit16(int32_t value) {
    if (value > INT16_MAX) return INT16_MAX;
    if (value < INT16_MIN) return INT16_MIN;
    return (int16_t)value;
}
