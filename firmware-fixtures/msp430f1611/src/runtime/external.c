/* What can be said of external flash without the part: comparing, checking. */
#include "external.h"

#include <string.h>

#include "crc.h"

#define PART_BYTES 64u

static uint16_t partOf(uint16_t count) { return count < PART_BYTES ? count : PART_BYTES; }

uint8_t externalEquals(uint16_t page, uint8_t offset, const void *bytes, uint16_t count) {
    uint8_t part[PART_BYTES];
    const uint8_t *byte = bytes;
    uint16_t at = offset;
    while (count != 0) {
        uint16_t size = partOf(count);
        externalRead(page, at, part, size);
        if (memcmp(part, byte, size) != 0) return 0;
        at += size;
        byte += size;
        count -= size;
    }
    return 1;
}

uint8_t externalPut(uint16_t page, uint8_t offset, const void *from, uint16_t count) {
    externalProgram(page, offset, from, count);
    return externalEquals(page, offset, from, count);
}

uint16_t externalCrc16(uint16_t crc, uint16_t page, uint16_t offset, uint16_t count) {
    uint8_t part[PART_BYTES];
    while (count != 0) {
        uint16_t size = partOf(count);
        externalRead(page, offset, part, size);
        crc = crc16(crc, part, size);
        offset += size;
        count -= size;
    }
    return crc;
}
