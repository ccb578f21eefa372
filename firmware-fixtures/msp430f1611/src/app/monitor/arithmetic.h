/* Integer arithmetic that several modules need. */
#ifndef ARITHMETIC_H
#define ARITHMETIC_H
#include <stdint.h>

uint16_t squareRoot(uint32_t of);
int16_t magnitude(int16_t of);
uint16_t smaller(uint16_t a, uint16_t b);
/* value * numerator / denominator, to the nearest. */
uint16_t scale(uint16_t value, uint16_t numerator, uint16_t denominator);
/* Moves 1/2^shift of the way from `mean` to `value`. */
uint16_t moveTowards(uint16_t mean, uint16_t value, uint8_t shift);
int16_t limit16(int32_t value);

#endif
