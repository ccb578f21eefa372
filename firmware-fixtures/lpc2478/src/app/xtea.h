/* XTEA block cipher with 32 rounds, for the identity authentication. */
#ifndef XTEA_H
#define XTEA_H

#include <stdint.h>

/* Key 16 bytes, block 8 bytes, both taken as little-endian words. */
void xteaEncrypt(const uint8_t *key, const uint8_t *block, uint8_t *out);

#endif
