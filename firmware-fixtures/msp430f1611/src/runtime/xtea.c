/* XTEA. Source: Needham and Wheeler, "Tea extensions" (1997): 32 rounds of two Feistel steps. */
#include "xtea.h"

#include <string.h>

#define DELTA 0x9E3779B9u
#define ROUNDS 32u

static const uint32_t key[4] = {0x03020100, 0x07060504, 0x0B0A0908, 0x0F0E0D0C};

static uint32_t mixed(uint32_t v) { return ((v << 4) ^ (v >> 5)) + v; }

void xteaEncrypt(const uint8_t *block, uint8_t *out) {
    uint32_t v[2];
    uint32_t sum = 0;
    memcpy(v, block, sizeof v);
    for (uint8_t step = 0; step != 2u * ROUNDS; step++) {
        uint8_t to = step & 1u;
        uint8_t word = to ? (uint8_t)((uint16_t)sum >> 11) : (uint8_t)sum;
        v[to] += mixed(v[1u - to]) ^ (sum + key[word & 3u]);
        if (!to) sum += DELTA;
    }
    memcpy(out, v, sizeof v);
}
