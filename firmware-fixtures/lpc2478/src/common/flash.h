/* Flash as the firmware sees it: reads by address, programs and erases through the ROM's IAP.
   Every call that changes flash runs with interrupts masked and checks every status code. */
#ifndef FLASH_H
#define FLASH_H

#include <stdint.h>

#define IAP_PREPARE 50u
#define IAP_PROGRAM 51u
#define IAP_ERASE 52u
#define IAP_BLANK_CHECK 53u
#define IAP_REINVOKE_ISP 57u
#define IAP_SUCCESS 0u

#define CCLK_KHZ 72000u

/* One sample of the cells: what is decided from it holds, even if weak cells read differently next time. */
void flashRead(uint32_t address, void *to, uint32_t bytes);
int flashIsBlank(uint32_t address, uint32_t bytes);
int flashEquals(uint32_t address, const void *with, uint32_t bytes);
/* CRC-32 running value over flash. `bytes` may be any number, `address` is a multiple of four. */
uint32_t flashCrc(uint32_t crc, uint32_t address, uint32_t bytes);

/* Each returns 1 when the ROM reported success and the cells read as asked. */
int flashErase(uint32_t firstSector, uint32_t lastSector);
int flashProgram(uint32_t address, const uint32_t *words, uint32_t bytes);
/* Program one 16-byte line; the other lines of its page get FF, which changes nothing. */
int flashProgramLine(uint32_t address, const uint32_t *line);
/* Clear every cell of a line (or page): whatever it held, from now on it never reads blank. */
int flashBurnLine(uint32_t address);
int flashBurnPage(uint32_t address);

/* The call itself: ROM on the target, a model in the host tests. */
uint32_t iapCall(uint32_t command, uintptr_t p0, uintptr_t p1, uint32_t p2, uint32_t p3);

#endif
