/* Is an image whole? Source: README.md, "Memory". */
#include "flash-map.h"

#include "image.h"

#include "crc.h"
#include "flash.h"

#define PART_BYTES 64u
/* The header's CRC stands at the end of a line of 16, so parts of 16 bytes keep it in one piece. */
#define CRC_AT (HEADER_AT + HEADER_CRC_AT)

uint16_t imageCrc(ImageReader *read, uint16_t length, uint16_t *inner) {
    uint8_t part[PART_BYTES];
    uint16_t all = CRC16_START;
    uint16_t rest = CRC16_START;
    for (uint16_t at = 0; at < length; at += PART_BYTES) {
        uint16_t size = length - at < PART_BYTES ? length - at : PART_BYTES;
        read(at, part, size);
        all = crc16(all, part, size);
        if (at == 0 && length >= IMAGE_MIN) {
            rest = crc16(rest, part, CRC_AT);
            rest = crc16(rest, part + CRC_AT + 2, size - CRC_AT - 2);
        } else {
            rest = crc16(rest, part, size);
        }
    }
    *inner = rest;
    return all;
}

uint8_t imageFits(ImageReader *read, uint16_t length, uint16_t crc) {
    ImageHeader header;
    uint16_t inner;
    read(HEADER_AT, &header, sizeof header);
    if (header.magic != HEADER_MAGIC || header.length != length) return 0;
    return imageCrc(read, length, &inner) == crc && inner == header.crc;
}

void imageInFlash(uint16_t at, void *to, uint16_t count) { flashRead(APP_START + at, to, count); }

uint16_t imageGood(void) {
    ImageHeader header;
    uint16_t inner;
    imageInFlash(HEADER_AT, &header, sizeof header);
    if (header.magic != HEADER_MAGIC || header.length < IMAGE_MIN || header.length > IMAGE_MAX) return 0;
    imageCrc(imageInFlash, header.length, &inner);
    return inner == header.crc ? header.length : 0;
}
