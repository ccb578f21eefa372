/* The chip's own flash. Source: MSP430x1xx user's guide, "Flash Memory Controller". Interrupts are off and the watchdog
   is held whenever this is called; the CPU stands still while a segment is erased or a word programmed. */
#include "flash.h"

#include <string.h>

#include "msp430f1611.h"

#define MCLK_BY_10 9 /* 400 kHz */

/* In RAM: a block is programmed at the pace of the code that feeds it. */
extern void programBlockInRam(uint16_t at, const uint8_t *bytes);

void flashRead(uint16_t at, void *to, uint16_t count) { memcpy(to, (const void *)at, count); }

static void operate(uint16_t mode, uint16_t at, uint16_t word) {
    FCTL2 = FWKEY | FSSEL_MCLK | MCLK_BY_10;
    FCTL3 = FWKEY;
    FCTL1 = FWKEY | mode;
    REG16(at) = word;
    FCTL1 = FWKEY;
    FCTL3 = FWKEY | LOCK;
}

void flashErase(uint16_t segment) { operate(ERASE, segment, 0); }
void flashProgramWord(uint16_t at, uint16_t word) { operate(WRT, at, word); }

void flashProgramBlock(uint16_t at, const uint8_t *bytes) {
    FCTL2 = FWKEY | FSSEL_MCLK | MCLK_BY_10;
    programBlockInRam(at, bytes);
}
