/* Pseudo-random numbers: enough to keep nodes from sending at once. */
#ifndef RANDOM_H
#define RANDOM_H
#include <stdint.h>

void seedRandom(uint16_t seed);
uint16_t randomWord(void);
/* 0 to limit - 1. */
uint16_t randomBelow(uint16_t limit);

#endif
