/* CRC-32 (IEEE 802.3, reflected) as the file check, the records and the program header use it. */
#ifndef CRC_H
#define CRC_H

#include <stdint.h>

#define CRC32_START 0xFFFFFFFFu

/* Running value in, running value out; the check is its complement. */
uint32_t crc32Words(uint32_t crc, const uint32_t *words, uint32_t count);
uint32_t crc32Bytes(uint32_t crc, const uint8_t *bytes, uint32_t count);

#endif
