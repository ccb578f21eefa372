/* The staging area: an append-only log of segments (SAFETY.md, "Staging").
   A slot is 256 bytes of data and one directory line; data first, then the line. */
#ifndef STAGING_H
#define STAGING_H

#include <stdint.h>

#include "flash-map.h"

#define NO_SLOT 0xFFFFu
#define MAX_SEGMENTS 864u
/* The file's sums travel as one more segment, numbered behind the last. */
#define STAGING_KEYS (MAX_SEGMENTS + 1u)
/* Slots beyond the segments: for those that a cut spoils. */
#define SPARE_SLOTS 64u

typedef struct {
    uint16_t segment;
    uint16_t slot;
    uint32_t dataCrc;
    uint32_t segments; /* of the whole file */
    uint32_t check;
} SlotRecord;

typedef struct {
    uint16_t slotOf[STAGING_KEYS];
    uint32_t segments;
    uint32_t slots; /* capacity: erased for this transfer */
    uint32_t next;  /* first slot that reads unused */
    uint32_t missing;
    uint8_t settled;
    uint8_t lastTrusted;
    SlotRecord last;
} Staging;

typedef enum { STORED, STORE_FULL, STORE_FAILED } StoreResult;

uint32_t stagingSectorsFor(uint32_t segments);
/* Erase what a transfer of this many segments needs. */
int stagingErase(uint32_t sectors);
/* Read the log. Programs nothing. */
void stagingScan(Staging *staging, uint32_t sectors, uint32_t segments);
/* Make sure of the last slot before the log is relied on or grows. */
int stagingSettle(Staging *staging);
StoreResult stagingStore(Staging *staging, uint32_t segment, const uint32_t *data);
static inline int stagingHas(const Staging *staging, uint32_t segment) {
    return staging->slotOf[segment] != NO_SLOT;
}
static inline uint32_t stagingAddress(const Staging *staging, uint32_t segment) {
    return SLOT_BASE + staging->slotOf[segment] * PAGE_BYTES;
}
/* CRC-32 of the first `length` bytes of the staged file; with `sum`, their 16-bit sum too.
   A segment that is missing makes the result useless: ask stagingComplete first. */
uint32_t stagingFileCrc(const Staging *staging, uint32_t length, uint32_t *sum);
/* Every segment of a file of `length` bytes is there. */
int stagingComplete(const Staging *staging, uint32_t length);
/* The program header of the staged file is that of a file of `length` bytes, and its CRC is right. */
int stagingImageGood(const Staging *staging, uint32_t length);

#endif
