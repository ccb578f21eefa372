/* Source: README.md, "In situ" (what MOVE reads) and "Rebuild". */
#include "compose.h"

#include <string.h>

#include "bundle.h"
#include "external.h"
#include "flash.h"
#include "script.h"
#include "work.h"

#define NO_SEGMENT 0xFFu

uint8_t composeCode[4];
static uint8_t orderOf[SEGMENTS]; /* 0: not put together; else its place in the bundle and 1 */
static uint8_t inWork;
static uint8_t isCounting;
static uint16_t firstPage;

static void start(void) {
    memset(orderOf, 0, sizeof orderOf);
    inWork = NO_SEGMENT;
    bundle.count = 0;
}
void composeCount(void) {
    isCounting = 1;
    start();
}
void composeInto(uint16_t page) {
    isCounting = 0;
    firstPage = page;
    start();
}

static uint16_t pageOf(uint8_t order) { return firstPage + PAGES_PER_SEGMENT * (order - 1u); }

uint8_t composeFinish(void) {
    if (inWork == NO_SEGMENT) return 1;
    bundle.segment[bundle.count++] = inWork;
    uint8_t order = bundle.count;
    orderOf[inWork] = order;
    inWork = NO_SEGMENT;
    if (isCounting) return 1;
    uint16_t page = pageOf(order);
    return externalPut(page, 0, work, EXTERNAL_PAGE_BYTES) &&
           externalPut(page + 1u, 0, work + EXTERNAL_PAGE_BYTES, EXTERNAL_PAGE_BYTES);
}

static uint8_t open(uint8_t segment) {
    if (segment == inWork) return 1;
    if (!composeFinish() || orderOf[segment] != 0) return 0;
    inWork = segment;
    if (!isCounting) flashRead(APP_START + SEGMENT_BYTES * segment, work, SEGMENT_BYTES);
    return 1;
}

/* Within one segment of flash. */
static void readSegment(uint8_t segment, uint16_t offset, void *to, uint16_t count) {
    uint8_t order = orderOf[segment];
    if (order == 0) flashRead(APP_START + SEGMENT_BYTES * segment + offset, to, count);
    else externalRead(pageOf(order), offset, to, count);
}

void composedImage(uint16_t at, void *to, uint16_t count) {
    uint8_t *byte = to;
    while (count != 0) {
        uint16_t offset = at % SEGMENT_BYTES;
        uint16_t size = SEGMENT_BYTES - offset;
        if (size > count) size = count;
        readSegment((uint8_t)(at / SEGMENT_BYTES), offset, byte, size);
        at += size;
        byte += size;
        count -= size;
    }
}

static uint8_t isIn(uint16_t at, uint16_t count, uint16_t start, uint16_t end) {
    return at >= start && at <= end && count <= (uint16_t)(end - at);
}

static void take(Source source, uint16_t from, uint8_t *to, uint16_t count) {
    if (source == FROM_FILE) scriptRead(from, to, count);
    else if (source == FROM_CODE) memcpy(to, composeCode + from, count);
    else if (from < APP_START) memcpy(to, area + (from - AREA_START), count);
    else composedImage(from - APP_START, to, count);
}

uint8_t composePlace(Source source, uint16_t from, uint16_t at, uint16_t count, uint8_t isDown) {
    if (!isIn(at, count, APP_START, APP_END)) return 0;
    if (source == FROM_MEMORY && !isIn(from, count, AREA_START, AREA_START + AREA_BYTES) &&
        !isIn(from, count, APP_START, APP_END)) {
        return 0;
    }
    while (count != 0) {
        uint16_t end = at + count;
        uint16_t size = SEGMENT_BYTES - at % SEGMENT_BYTES;
        if (isDown) size = (end - 1u) % SEGMENT_BYTES + 1u;
        if (size > count) size = count;
        uint16_t skipped = isDown ? count - size : 0;
        uint16_t to = at + skipped;
        if (!open((uint8_t)((to - APP_START) / SEGMENT_BYTES))) return 0;
        if (!isCounting) take(source, from + skipped, work + to % SEGMENT_BYTES, size);
        count -= size;
        if (!isDown) {
            at += size;
            from += size;
        }
    }
    return 1;
}
