#ifndef XTEA_H
#define XTEA_H

#include <stdint.h>

/* A block of eight bytes under the fixtures' key 00 01 .. 0F. */
void xteaEncrypt(const uint8_t *block, uint8_t *out);

#endif
