/* CRC-16 of images, files and records: reflected polynomial A001, start FFFF, no final xor. */
#ifndef CRC_H
#define CRC_H

#include <stdint.h>

#define CRC16_START 0xFFFFu
#define CRC32_START 0xFFFFFFFFu

uint16_t crc16(uint16_t crc, const void *bytes, uint16_t count);
/* IEEE 802.3, reflected; the caller inverts the end. */
uint32_t crc32(uint32_t crc, const void *bytes, uint16_t count);

#endif
