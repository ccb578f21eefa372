/* File transfer. Source: decision 0001, rows "AFN 0F F1" to "AFN 0C F14". A transfer lives as long as the agent runs:
   after a restart the station sends the file again. Left out: FTP, group upgrade. */
#include "transfer.h"

#include <string.h>

#include "apply.h"
#include "crc.h"
#include "flash-map.h"
#include "flash.h"
#include "journal.h"

#define FILE_ID_CLEAR 0
#define FILE_ID_PROGRAM 1

typedef struct {
    uint8_t id, attribute, instruction;
    uint8_t segments, segmentsHigh;
    uint8_t segment, segmentHigh[3];
    uint8_t bytes, bytesHigh;
    uint8_t data[PAGE_BYTES + sizeof(FileCheck)];
} __attribute__((packed)) Unit;

AfterReply afterReply;
static uint8_t total, missing;
static uint16_t fileAt, fileEnd; /* fileAt 0: a full image, in its place */
static uint8_t isOpen[LOG_PAGE];
static FileCheck check;

/* A program begins with jumps, four bytes a vector. */
static uint8_t isImage(const uint8_t *data) {
    return data[0] == 0x0C && data[1] == 0x94 && data[4] == 0x0C && data[5] == 0x94;
}

/* All that can be refused is refused here, before anything is erased. */
static uint8_t begin(const uint8_t *data, uint8_t segments) {
    uint8_t state = STATE_INVALID;
    journalLoad();
    fileAt = 0;
    if (!isImage(data)) {
        fileAt = (LOG_PAGE - segments) * PAGE_BYTES;
        memcpy(&envelope, data, sizeof envelope);
        if (newest.page == state || !envelopeFits(fileAt)) return 0;
        state = STATE_IDLE;
    }
    /* Free pages are about to change: no doubtful record may call for them afterwards. */
    journalAppend(state);
    total = missing = segments;
    memset(isOpen, 1, sizeof isOpen);
    return 1;
}

/* The whole file, read back from flash. */
static uint8_t fileGood(void) {
    static FileCheck found;
    fileCheckFlash(fileAt, fileEnd, &found);
    if (memcmp(&check, &found, sizeof check) != 0) return 0;
    if (fileAt == 0) return imageGood() == fileEnd;
    flashRead(fileAt, &envelope, sizeof envelope);
    return envelopeFits(fileAt) && patchGood(fileAt, fileEnd);
}

static TransferResult finish(void) {
    afterReply = AFTER_RESTART;
    total = 0;
    if (!fileGood()) return TRANSFER_FILE_ERROR;
    newest.patchPage = (uint8_t)(fileAt / PAGE_BYTES);
    newest.step = 0;
    uint8_t state = STATE_IDLE;
    if (fileAt != 0) {
        afterReply = AFTER_APPLY;
        if ((envelope.scheme & SCHEME_JOURNAL) == 0) return TRANSFER_STORED;
        /* From here on the update is certain, and the station may be told so. */
        state = STATE_BEGIN;
    }
    journalAppend(state);
    return TRANSFER_STORED;
}

TransferResult transferUnit(uint8_t *bytes, uint8_t count) {
    Unit *unit = (Unit *)bytes;
    uint8_t segments = unit->segments;
    uint8_t segment = unit->segment;
    uint8_t size = unit->bytes;
    uint8_t isLast = (uint8_t)(segment + 1u) == segments;
    if (unit->id == FILE_ID_CLEAR) {
        total = 0;
        return TRANSFER_STORED;
    }
    uint8_t zeros = unit->instruction | unit->segmentsHigh | unit->segmentHigh[0] | unit->segmentHigh[1] |
                    unit->segmentHigh[2] | unit->bytesHigh;
    if (unit->id != FILE_ID_PROGRAM || unit->attribute != isLast || zeros != 0 || segments > LOG_PAGE ||
        segment >= segments || size != (uint8_t)(count - UNIT_HEADER_BYTES)) {
        return TRANSFER_FILE_ERROR;
    }
    if (isLast) {
        size -= sizeof check;
        if ((uint8_t)(size - 1u) >= PAGE_BYTES) return TRANSFER_FILE_ERROR;
    } else if (size != PAGE_BYTES) {
        return TRANSFER_FILE_ERROR;
    }
    if (total == 0) {
        if (segment != 0) return TRANSFER_NOT_STORED;
        if (!begin(unit->data, segments)) {
            afterReply = AFTER_RESTART;
            return TRANSFER_FILE_ERROR;
        }
    }
    if (segments != total) return TRANSFER_FILE_ERROR;
    uint16_t page = fileAt + segment * PAGE_BYTES;
    if (isLast) {
        uint8_t *end = unit->data + size;
        memcpy(&check, end, sizeof check);
        fileEnd = page + size;
        memset(end, 0xFF, PAGE_BYTES - size);
    }
    uint8_t *open = &isOpen[segment];
    if (*open || !flashEquals(page, unit->data)) {
        if (!flashReplace(page, unit->data)) return TRANSFER_NOT_STORED;
        missing -= *open;
        *open = 0;
    }
    return missing == 0 ? finish() : TRANSFER_STORED;
}

uint8_t transferMissing(uint8_t *out) {
    uint8_t bits = 0;
    if (total == 0) return 0;
    memset(out, 0, MISSING_REPLY_BYTES);
    out += 3;
    for (uint8_t i = 0; i < total; i++) {
        if (bits == 0) {
            bits = 1;
            out++;
        }
        if (isOpen[i]) *out |= bits;
        bits <<= 1;
    }
    return MISSING_REPLY_BYTES;
}
