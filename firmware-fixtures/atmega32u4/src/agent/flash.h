/* Application flash as the agent sees it: pages of 128 bytes up to 0x6FFF, named by their first byte.
   Each call is over when it returns. */
#ifndef FLASH_H
#define FLASH_H

#include <stdint.h>

/* Waits for what a reset has left under way, then opens the section for reading: before the first read. */
void flashReady(void);
uint8_t flashByte(uint16_t at);
void flashErase(uint16_t page);
/* Programming only clears bits: FF bytes leave what is there. */
void flashProgram(uint16_t page, const uint8_t *bytes);

void flashRead(uint16_t at, void *to, uint8_t count);
uint8_t flashEquals(uint16_t page, const uint8_t *bytes);
/* Erase, program, read back. @returns 0 if the page does not hold the bytes. */
uint8_t flashReplace(uint16_t page, const uint8_t *bytes);

#endif
