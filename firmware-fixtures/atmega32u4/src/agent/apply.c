/* Applies a staged patch in place, a page in RAM at a time; with the journal each step can be repeated.
   Source: README.md, "Patch"; SAFETY.md. A patch with a right CRC is taken for one that a planner made: operations out
   of the new image are dropped, order and conflicts are the planner's business. */
#include "apply.h"

#include "crc.h"
#include "flash-map.h"
#include "flash.h"
#include "journal.h"

#define NO_PAGE 0xFFFFu

Envelope envelope;
static uint8_t work[PAGE_BYTES];
static uint16_t workPage;
static uint16_t stepsToSkip;
static uint16_t cursor;
static uint8_t isDg, isDescending;

/* Of the larger image. */
static uint16_t imageBytes(void) {
    return envelope.oldBytes > envelope.newBytes ? envelope.oldBytes : envelope.newBytes;
}

uint8_t envelopeFits(uint16_t patchAt) {
    uint8_t scheme = envelope.scheme;
    if (scheme & SCHEME_JOURNAL) {
        scheme -= SCHEME_JOURNAL;
        patchAt -= SPARES_MIN * PAGE_BYTES;
    }
    if (scheme != SCHEME_DG && (scheme & ~SCHEME_DESCENDING) != SCHEME_R3) return 0;
    if (envelope.format != FORMAT_DELTA || patchAt > LOG_PAGE * PAGE_BYTES || imageBytes() > patchAt) return 0;
    return crc16Flash(CRC16_START, 0, envelope.oldBytes) == envelope.oldCrc;
}

uint8_t patchGood(uint16_t at, uint16_t end) {
    if ((uint16_t)(end - at - sizeof envelope - PATCH_CRC_BYTES) != envelope.bodyBytes) return 0;
    return crc16Flash(CRC16_START, at, end) == 0;
}

/* Next of the free pages in turn, so that none takes all the wear; never the one of the newest record. */
static void nextSpare(void) {
    uint8_t first = (uint8_t)((imageBytes() + PAGE_BYTES - 1u) / PAGE_BYTES);
    newest.spare++;
    if (newest.spare < first || newest.spare >= newest.patchPage) newest.spare = first;
}

static void flush(void) {
    if (workPage == NO_PAGE) return;
    if (stepsToSkip != 0) {
        stepsToSkip--;
        return;
    }
    newest.step++;
    if (flashEquals(workPage, work)) return;
    if (envelope.scheme & SCHEME_JOURNAL) {
        nextSpare();
        flashReplace(newest.spare * PAGE_BYTES, work);
        journalAppend((uint8_t)(workPage / PAGE_BYTES));
    }
    flashReplace(workPage, work);
}

static void put(uint16_t at, uint8_t byte) {
    uint16_t page = at & ~(PAGE_BYTES - 1u);
    if (at >= envelope.newBytes) return;
    if (page != workPage) {
        flush();
        workPage = page;
        flashRead(page, work, PAGE_BYTES);
    }
    work[at & (PAGE_BYTES - 1u)] = byte;
}

/* From flash, never from the page in work: no operation reads what an earlier one wrote. */
static void move(uint16_t to, uint16_t from, uint16_t count) {
    if (isDescending || (isDg && to > from)) {
        while (count-- != 0) put(to + count, flashByte(from + count));
    } else {
        while (count-- != 0) put(to++, flashByte(from++));
    }
}

static uint16_t next16(void) {
    uint16_t value = flashByte(cursor++);
    return value | (uint16_t)flashByte(cursor++) << 8;
}

static void walkDg(void) {
    uint16_t copies = next16();
    uint16_t adds = next16();
    for (; copies != 0; copies--) {
        uint16_t from = next16();
        uint16_t to = next16();
        move(to, from, next16());
    }
    for (; adds != 0; adds--) {
        uint16_t to = next16();
        uint16_t count = next16();
        uint16_t from = cursor;
        cursor += count;
        move(to, from, count);
    }
}

static void walkR3(uint16_t end) {
    uint16_t to = isDescending ? envelope.newBytes : 0;
    while (cursor < end) {
        uint8_t isCopy = flashByte(cursor++);
        uint16_t count = next16();
        uint16_t from = cursor;
        if (isCopy) from = next16();
        else cursor += count;
        if (isDescending) to -= count;
        move(to, from, count);
        if (!isDescending) to += count;
    }
}

void patchApply(void) {
    cursor = newest.patchPage * PAGE_BYTES;
    flashRead(cursor, &envelope, sizeof envelope);
    cursor += sizeof envelope;
    workPage = NO_PAGE;
    stepsToSkip = newest.step;
    uint8_t scheme = envelope.scheme;
    isDescending = scheme & SCHEME_DESCENDING;
    isDg = scheme & SCHEME_DG;
    if (isDg) walkDg();
    else walkR3(cursor + envelope.bodyBytes);
    flush();
    if ((scheme & SCHEME_JOURNAL) == 0) return;
    uint8_t state = STATE_IDLE;
    if (crc16Flash(CRC16_START, 0, envelope.newBytes) != envelope.newCrc) state = STATE_INVALID;
    journalAppend(state);
}

void patchResume(void) {
    /* Again under a higher number: what reads as the newest now may stand before a half record that reads good after
       the next cut, and its page is about to be in flight once more. */
    journalAppend(newest.page);
    if (newest.page != STATE_BEGIN) {
        flashRead(newest.spare * PAGE_BYTES, work, PAGE_BYTES);
        flashReplace(newest.page * PAGE_BYTES, work);
    }
    patchApply();
}
