/* Source: decision 0001 (CRC-32), README.md (CRC-16). The CRC-16 of the whole image is taken at every start, so it goes
   a byte at a time; the CRC-32 half a byte. */
#include "crc.h"

static uint16_t table16[256]; /* made before the first use: flash has no room for it */
static const uint32_t table32[16] = {0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
                                     0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
                                     0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C};

static void makeTable16(void) {
    for (uint16_t i = 0; i < 256u; i++) {
        uint16_t crc = i;
        for (uint8_t bit = 8; bit != 0; bit--) crc = crc & 1u ? (crc >> 1) ^ 0xA001u : crc >> 1;
        table16[i] = crc;
    }
}

uint16_t crc16(uint16_t crc, const void *bytes, uint16_t count) {
    const uint8_t *byte = bytes;
    if (table16[1] == 0) makeTable16();
    for (; count != 0; count--) crc = (crc >> 8) ^ table16[(uint8_t)crc ^ *byte++];
    return crc;
}

uint32_t crc32(uint32_t crc, const void *bytes, uint16_t count) {
    const uint8_t *byte = bytes;
    for (; count != 0; count--) {
        crc ^= *byte++;
        crc = (crc >> 4) ^ table32[(uint16_t)crc & 15u];
        crc = (crc >> 4) ^ table32[(uint16_t)crc & 15u];
    }
    return crc;
}
