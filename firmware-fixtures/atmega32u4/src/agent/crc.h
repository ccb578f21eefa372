/* CRC-16 of images, patches and log records: reflected polynomial A001, start FFFF, no final xor. */
#ifndef CRC_H
#define CRC_H

#include <stdint.h>

#define CRC16_START 0xFFFFu

uint16_t crc16Byte(uint16_t crc, uint8_t byte);
/* Over flash from `at` to before `end`. With the bytes' own CRC behind them it is zero. */
uint16_t crc16Flash(uint16_t crc, uint16_t at, uint16_t end);
/* The file check of decision 0001 over flash, as it stands behind the file's last byte. */
typedef struct {
    uint16_t sum;
    uint32_t crc32;
} __attribute__((packed)) FileCheck;
void fileCheckFlash(uint16_t at, uint16_t end, FileCheck *to);
/* Length of the program at 0; 0 if its header does not fit or its CRC is wrong. */
uint16_t imageGood(void);

#endif
