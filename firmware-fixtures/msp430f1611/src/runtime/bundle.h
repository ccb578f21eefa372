/* All that an update needs to be finished, and finished again: in external flash before the update begins.
   A page that says what it is, the ifunction area afterwards, then the segments that change, two pages each. */
#ifndef BUNDLE_H
#define BUNDLE_H

#include <stdint.h>

#include "flash-map.h"

#define SEGMENTS ((APP_END - APP_START) / SEGMENT_BYTES)
#define PAGES_PER_SEGMENT 2u

typedef struct {
    uint8_t kind;  /* of the file */
    uint8_t count; /* segments that change */
    uint16_t file; /* deluge: page of the file, R2: of the slot, where the segments are taken from */
    uint16_t areaBytes, areaCrc;
    uint16_t imageBytes, imageCrc; /* afterwards */
    uint8_t segment[SEGMENTS];     /* their numbers, in the order of the work */
    uint16_t crc;                  /* CRC-16 of all before */
} Bundle;

/* The accepted one, or the one that is being put together. */
extern Bundle bundle;
/* Ifunctions, in RAM. */
extern uint8_t area[];

/* The one of the newest record; an empty one where none was accepted. @returns 0 if it is damaged. */
uint8_t bundleLoad(void);
/* Makes the ifunction area again. @returns 0 if external flash does not have it. */
uint8_t areaLoad(void);
/* Pages of a bundle in front of its segments. */
uint16_t bundlePages(void);
/* Area, then first page, of a bundle whose segments are there. @returns 0 if external flash does not take it. */
uint8_t bundlePut(uint16_t page);
/* Copies what is accepted to where the ring will not come soon, when it has come near; not what is damaged or still
   under way, which only a whole image can follow. @returns 0 if external flash does not take it. */
uint8_t bundleMove(void);
/* Contents of its segment number `index`. */
void bundleSegment(uint8_t index, uint8_t *to);

#endif
