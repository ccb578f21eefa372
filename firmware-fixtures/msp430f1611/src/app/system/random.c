/* A linear feedback shift register of 16 bits, x^16 + x^14 + x^13 + x^11 + 1: never 0. */
#include "random.h"

static uint16_t state = 1;

void seedRandom(uint16_t seed) { state = seed == 0 ? 1 : seed; }

static void step(void) {
    uint16_t low = state & 1;
    state >>= 1;
    if (low) state ^= 0xB400;
}

uint16_t randomWord(void) {
    for (uint8_t i = 0; i < 16; i++) step();
    return state;
}

uint16_t randomBelow(uint16_t limit) { return randomWord() % limit; }
