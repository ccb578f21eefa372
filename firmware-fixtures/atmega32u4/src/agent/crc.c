/* Checks over flash. Source: decision 0001 (file check), README.md (header). */
#include "crc.h"

#include "flash-map.h"
#include "flash.h"

uint16_t crc16Byte(uint16_t crc, uint8_t byte) {
    crc ^= byte;
    for (uint8_t bit = 8; bit != 0; bit--) {
        uint8_t out = crc & 1u;
        crc >>= 1;
        if (out) crc ^= 0xA001u;
    }
    return crc;
}

uint16_t crc16Flash(uint16_t crc, uint16_t at, uint16_t end) {
    while (at != end) crc = crc16Byte(crc, flashByte(at++));
    return crc;
}

void fileCheckFlash(uint16_t at, uint16_t end, FileCheck *to) {
    uint32_t crc = 0xFFFFFFFFu;
    uint16_t sum = 0;
    while (at != end) {
        uint8_t byte = flashByte(at++);
        sum += byte;
        crc ^= byte;
        for (uint8_t bit = 8; bit != 0; bit--) {
            uint8_t out = crc & 1u;
            crc >>= 1;
            if (out) crc ^= 0xEDB88320u;
        }
    }
    to->sum = sum;
    to->crc32 = ~crc;
}

uint16_t imageGood(void) {
    ProgramHeader header;
    flashRead(HEADER_AT, &header, sizeof header);
    if (header.magic != HEADER_MAGIC || header.length < HEADER_CRC_AT + 2u ||
        header.length > LOG_PAGE * PAGE_BYTES) {
        return 0;
    }
    uint16_t crc = crc16Flash(CRC16_START, 0, HEADER_CRC_AT);
    crc = crc16Flash(crc, HEADER_CRC_AT + 2u, header.length);
    return crc == header.crc ? header.length : 0;
}
