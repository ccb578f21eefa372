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
    for (uint8_t round = ROUNDS; round != 0; round--) {
        v[0] += mixed(v[1]) ^ (sum + key[(uint16_t)sum & 3u]);
        sum += DELTA;
        v[1] += mixed(v[0]) ^ (sum + key[(uint16_t)sum >> 11 & 3u]);
    }
    memcpy(out, v, sizeof v);
}
