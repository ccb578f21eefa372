/* Is an image whole? Source: README.md, "Memory". */
#include "image.h"

#include <stddef.h>

#include "crc.h"
#include "flash.h"

#define PART_BYTES 64u
#define CRC_AT (HEADER_AT + offsetof(ImageHeader, crc))

void imageInFlash(uint16_t at, void *to, uint16_t count) { flashRead(APP_START + at, to, count); }

static uint16_t crcOver(uint16_t crc, ImageReader *read, uint16_t at, uint16_t end) {
    uint8_t part[PART_BYTES];
    while (at != end) {
        uint16_t size = end - at;
        if (size > PART_BYTES) size = PART_BYTES;
        read(at, part, size);
        crc = crc16(crc, part, size);
        at += size;
    }
    return crc;
}

uint16_t imageCrc(ImageReader *read, uint16_t length) { return crcOver(CRC16_START, read, 0, length); }

/* Without the two bytes of the CRC itself. */
static uint8_t headerFits(ImageReader *read, const ImageHeader *header) {
    if (header->magic != HEADER_MAGIC || header->length < IMAGE_MIN || header->length > IMAGE_MAX) return 0;
    uint16_t crc = crcOver(CRC16_START, read, 0, CRC_AT);
    return crcOver(crc, read, IMAGE_MIN, header->length) == header->crc;
}

uint8_t imageFits(ImageReader *read, uint16_t length, uint16_t crc) {
    ImageHeader header;
    read(HEADER_AT, &header, sizeof header);
    return header.length == length && headerFits(read, &header) && imageCrc(read, length) == crc;
}

uint8_t imageGood(void) {
    ImageHeader header;
    imageInFlash(HEADER_AT, &header, sizeof header);
    return headerFits(imageInFlash, &header);
}
