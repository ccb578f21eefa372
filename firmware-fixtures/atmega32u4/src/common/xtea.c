/* XTEA. Source: Needham and Wheeler, "Tea extensions" (1997): 32 rounds of two Feistel steps.
   The key 00 01 .. 0F is computed: word i is 03020100 + i * 04040404. */
#include "xtea.h"

#include <string.h>

/* The two halves change places after each step, so that one step serves for both. */
void xteaEncrypt(const uint8_t *block, uint8_t *out) {
    uint32_t v[2];
    uint32_t sum = 0;
    memcpy(v, block, sizeof v);
    uint32_t a = v[0];
    uint32_t b = v[1];
    for (uint8_t step = 64; step != 0; step--) {
        uint8_t word = (uint8_t)sum;
        if (step & 1u) word = (uint8_t)(sum >> 8) >> 3;
        uint32_t key = sum + 0x03020100u;
        for (word &= 3u; word != 0; word--) key += 0x04040404u;
        a += (((b << 4) ^ (b >> 5)) + b) ^ key;
        uint32_t other = a;
        a = b;
        b = other;
        if ((step & 1u) == 0) sum += 0x9E3779B9u;
    }
    v[0] = a;
    v[1] = b;
    memcpy(out, v, sizeof v);
}
