/* What can be said of pages without the part: reading, comparing, replacing. */
#include "flash.h"

#include "flash-map.h"

void flashRead(uint16_t at, void *to, uint8_t count) {
    uint8_t *byte = to;
    while (count-- != 0) *byte++ = flashByte(at++);
}

uint8_t flashEquals(uint16_t page, const uint8_t *bytes) {
    for (uint8_t i = 0; i < PAGE_BYTES; i++) {
        if (flashByte(page++) != *bytes++) return 0;
    }
    return 1;
}

uint8_t flashReplace(uint16_t page, const uint8_t *bytes) {
    flashErase(page);
    flashProgram(page, bytes);
    return flashEquals(page, bytes);
}
