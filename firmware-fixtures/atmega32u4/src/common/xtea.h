/* XTEA block cipher with 32 rounds, for the identity authentication (AFN 06). */
#ifndef XTEA_H
#define XTEA_H

#include <stdint.h>

/* The fixture's key, decision 0001; block 8 bytes, taken as little-endian words. `out` may be `block`. */
void xteaEncrypt(const uint8_t *block, uint8_t *out);

#endif
