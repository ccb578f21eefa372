/* The application's image, from 0x4000 on. */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdint.h>

#include "flash-map.h"

#define HEADER_MAGIC 0x5A45u /* EZ */
typedef struct {
    uint16_t magic, length;
    uint8_t free[6];
    uint8_t version[4];
    uint16_t crc;
} ImageHeader;
#define HEADER_AT (APP_HEADER - APP_START)
#define IMAGE_MIN (HEADER_AT + sizeof(ImageHeader))
#define IMAGE_MAX (APP_END - APP_START)

/* Reads `count` bytes of an image, `at` counted from its first. */
typedef void ImageReader(uint16_t at, void *to, uint16_t count);
/* What flash holds. */
void imageInFlash(uint16_t at, void *to, uint16_t count);
/* CRC-16 over `length` bytes. */
uint16_t imageCrc(ImageReader *read, uint16_t length);
/* Has it this length and CRC, and a header that says the same? */
uint8_t imageFits(ImageReader *read, uint16_t length, uint16_t crc);
/* Is the application in flash whole, by its header? */
uint8_t imageGood(void);

#endif
