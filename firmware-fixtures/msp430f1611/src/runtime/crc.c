/* Half a byte at a time: 16 entries a table. Source: decision 0001 (CRC-32), README.md (CRC-16). */
#include "crc.h"

static const uint16_t table16[16] = {0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
                                     0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400};
static const uint32_t table32[16] = {0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
                                     0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
                                     0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C};

uint16_t crc16(uint16_t crc, const void *bytes, uint16_t count) {
    const uint8_t *byte = bytes;
    for (; count != 0; count--) {
        crc ^= *byte++;
        crc = (crc >> 4) ^ table16[crc & 15u];
        crc = (crc >> 4) ^ table16[crc & 15u];
    }
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
