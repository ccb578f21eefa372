/* Flash and EEPROM as the commands need them. Addresses count bytes. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

#define PAGE_BYTES 128u
#define BOOT_START 0x7000u
#define EEPROM_BYTES 1024u

uint8_t applicationIsBlank(void);
void flashEraseApplication(void);
/* Bytes of one block, wherever they begin: what else is in a page is kept. */
void flashProgram(uint16_t at, const uint8_t *bytes, uint8_t count);
uint8_t eepromRead(uint16_t at);
/* Returns while the byte is being written. */
void eepromProgram(uint16_t at, uint8_t byte);
void eepromFinish(void);
/* @param which as LPM takes it: 0 low, 1 lock, 2 extended, 3 high. */
uint8_t fuseOrLock(uint8_t which);

#endif
