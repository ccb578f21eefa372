/* XTEA. Source: Needham and Wheeler, "Tea extensions" (1997): 32 rounds of two Feistel steps. */
#include "xtea.h"

#include "support.h"

void xteaEncrypt(const uint8_t *key, const uint8_t *block, uint8_t *out) {
    uint32_t k[4];
    for (uint32_t i = 0; i < 4; i++) k[i] = get32(key + 4 * i);
    uint32_t v0 = get32(block);
    uint32_t v1 = get32(block + 4);
    uint32_t sum = 0;
    for (uint32_t round = 0; round < 32; round++) {
        v0 += (((v1 << 4) ^ (v1 >> 5)) + v1) ^ (sum + k[sum & 3]);
        sum += 0x9E3779B9u;
        v1 += (((v0 << 4) ^ (v0 >> 5)) + v0) ^ (sum + k[(sum >> 11) & 3]);
    }
    put32(out, v0);
    put32(out + 4, v1);
}
