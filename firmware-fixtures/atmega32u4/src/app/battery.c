/* Parameters in EEPROM, with a CRC-16 behind them. Only bytes that differ are programmed.
   A cut in the middle of a store spoils the CRC: the parameters then start again from their defaults. */
#include "battery.h"

#include <avr/eeprom.h>
#include <util/crc16.h>

#define EEPROM_AT 0x0010u

static uint16_t checkOf(const uint8_t *bytes, uint8_t count) {
    uint16_t crc = 0xFFFF;
    while (count-- != 0) crc = _crc16_update(crc, *bytes++);
    return crc;
}

int batteryLoad(BlockName block, void *to, uint32_t bytes) {
    uint8_t count = (uint8_t)bytes;
    if (block != BLOCK_PARAMETERS) return 0;
    eeprom_read_block(to, (const void *)EEPROM_AT, count);
    return eeprom_read_word((const uint16_t *)(EEPROM_AT + count)) == checkOf(to, count);
}

void batteryStore(BlockName block, const void *from, uint32_t bytes) {
    uint8_t count = (uint8_t)bytes;
    if (block != BLOCK_PARAMETERS) return;
    eeprom_update_block(from, (void *)EEPROM_AT, count);
    eeprom_update_word((uint16_t *)(EEPROM_AT + count), checkOf(from, count));
}
