/* The chip's flash, where the application lies: segments of 512 bytes. Each call is over when it returns. */
#ifndef FLASH_H
#define FLASH_H

#include <stdint.h>

#define BLOCK_BYTES 64u

void flashRead(uint16_t at, void *to, uint16_t count);
void flashErase(uint16_t segment);
/* 64 bytes from a multiple of 64 on; programming only clears bits. */
void flashProgramBlock(uint16_t at, const uint8_t *bytes);
void flashProgramWord(uint16_t at, uint16_t word);

#endif
