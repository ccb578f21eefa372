/* M25P80 on USART0. Source: Micron M25P80 data sheet, "Instructions". */
#include "external.h"
#include "msp430f1611.h"
#include "spi.h"

#define PAGE_PROGRAM 0x02
#define READ 0x03
#define READ_STATUS 0x05
#define WRITE_ENABLE 0x06
#define SECTOR_ERASE 0xD8
#define WIP 0x01
#define SELECT 0x10 /* P4.4 */

static void begin(uint8_t command) {
    P4OUT &= (uint8_t)~SELECT;
    spiExchange(command);
}
static void finish(void) { P4OUT |= SELECT; }

static void waitReady(void) {
    begin(READ_STATUS);
    while (spiExchange(0) & WIP) {}
    finish();
}
/* What a reset of the chip has left under way goes on. */
static void beginAt(uint8_t command, uint16_t page, uint8_t offset) {
    waitReady();
    if (command != READ) {
        begin(WRITE_ENABLE);
        finish();
    }
    begin(command);
    spiExchange((uint8_t)(page >> 8));
    spiExchange((uint8_t)page);
    spiExchange(offset);
}

void externalRead(uint16_t page, uint16_t offset, void *to, uint16_t count) {
    uint8_t *byte = to;
    beginAt(READ, page + (offset >> 8), (uint8_t)offset);
    while (count-- != 0) *byte++ = spiExchange(0);
    finish();
}

void externalProgram(uint16_t page, uint8_t offset, const void *from, uint16_t count) {
    const uint8_t *byte = from;
    beginAt(PAGE_PROGRAM, page, offset);
    while (count-- != 0) spiExchange(*byte++);
    finish();
    waitReady();
}

void externalErase(uint16_t page) {
    beginAt(SECTOR_ERASE, page, 0);
    finish();
    waitReady();
}
