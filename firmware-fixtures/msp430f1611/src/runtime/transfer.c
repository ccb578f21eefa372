/* File transfer. Source: decision 0001, rows "AFN 0F F1" to "AFN 0C F14". A transfer lives in RAM: after a restart the
   station sends the file again, and it goes to other pages. Left out: FTP, group upgrade. */
#include "transfer.h"

#include <string.h>

#include "bundle.h"
#include "crc.h"
#include "external.h"
#include "prepare.h"
#include "store.h"
#include "supply.h"

#define FILE_ID_CLEAR 0
#define FILE_ID_PROGRAM 1
#define PART_BYTES 128u
#define PARTS_PER_PAGE (EXTERNAL_PAGE_BYTES / PART_BYTES)
#define MAX_PARTS (FILE_MAX / PART_BYTES)
#define CHECK_READ_BYTES 64u

typedef struct {
    uint16_t sum;
    uint32_t crc32;
} __attribute__((packed)) FileCheck;

typedef struct {
    uint8_t id, attribute, instruction;
    uint16_t parts;
    uint16_t part, partHigh;
    uint16_t bytes;
    uint8_t data[PART_BYTES + sizeof(FileCheck)];
} __attribute__((packed)) Unit;

AfterReply afterReply;
static uint16_t total, missing; /* total 0: no transfer */
static uint16_t filePage, fileBytes;
static uint8_t isOpen[(MAX_PARTS + 7u) / 8u];
static FileCheck check;

/* All that can be refused is refused here, before a page is asked for. */
static uint8_t begin(const uint8_t *data, uint16_t parts) {
    Envelope envelope;
    memcpy(&envelope, data, sizeof envelope);
    uint32_t bytes = (uint32_t)envelope.bodyBytes + sizeof envelope + FILE_CRC_BYTES;
    if (bytes > (uint32_t)parts * PART_BYTES || bytes <= (uint32_t)(parts - 1u) * PART_BYTES) return 0;
    if (!supplyIsGood() || !envelopeFits(&envelope) || !bundleMove()) return 0;
    filePage = storeReserve((parts + PARTS_PER_PAGE - 1u) / PARTS_PER_PAGE);
    if (filePage == 0) return 0;
    total = missing = parts;
    memset(isOpen, 0xFF, sizeof isOpen);
    return 1;
}

/* The whole file, read back. */
static uint8_t isWhole(void) {
    uint8_t bytes[CHECK_READ_BYTES];
    FileCheck found = {0, CRC32_START};
    for (uint16_t at = 0; at < fileBytes; at += CHECK_READ_BYTES) {
        uint16_t size = fileBytes - at;
        if (size > CHECK_READ_BYTES) size = CHECK_READ_BYTES;
        externalRead(filePage, at, bytes, size);
        for (uint8_t i = 0; i < size; i++) found.sum += bytes[i];
        found.crc32 = crc32(found.crc32, bytes, size);
    }
    found.crc32 = ~found.crc32;
    return memcmp(&found, &check, sizeof check) == 0;
}

static TransferResult finish(void) {
    total = 0;
    afterReply = AFTER_RESTART;
    if (!isWhole() || !supplyIsGood() || !updateAccept(filePage, fileBytes)) return TRANSFER_FILE_ERROR;
    /* From here on the update is certain, and the station may be told so. */
    afterReply = AFTER_APPLY;
    return TRANSFER_STORED;
}

/* @returns 0 if external flash does not take it: the next transfer goes elsewhere. */
static uint8_t store(const Unit *unit, uint16_t size) {
    uint16_t page = filePage + unit->part / PARTS_PER_PAGE;
    uint8_t offset = (uint8_t)(unit->part % PARTS_PER_PAGE * PART_BYTES);
    uint8_t *open = &isOpen[unit->part / 8u];
    uint8_t bit = (uint8_t)(1u << (unit->part & 7u));
    if ((*open & bit) == 0) return externalEquals(page, offset, unit->data, size);
    if (!externalPut(page, offset, unit->data, size)) return 0;
    *open &= (uint8_t)~bit;
    missing--;
    return 1;
}

TransferResult transferUnit(const uint8_t *bytes, uint8_t count) {
    const Unit *unit = (const Unit *)bytes;
    uint16_t size = unit->bytes;
    uint8_t isLast = unit->part + 1u == unit->parts;
    if (unit->id == FILE_ID_CLEAR) {
        total = 0;
        return TRANSFER_STORED;
    }
    if (unit->id != FILE_ID_PROGRAM || unit->attribute != isLast || unit->instruction != 0 || unit->partHigh != 0 ||
        unit->parts > MAX_PARTS || unit->part >= unit->parts || size != count - UNIT_HEADER_BYTES) {
        return TRANSFER_FILE_ERROR;
    }
    if (isLast) {
        if (size <= sizeof check || size > PART_BYTES + sizeof check) return TRANSFER_FILE_ERROR;
        size -= sizeof check;
    } else if (size != PART_BYTES) {
        return TRANSFER_FILE_ERROR;
    }
    if (total == 0) {
        if (unit->part != 0) return TRANSFER_NOT_STORED;
        if (!begin(unit->data, unit->parts)) {
            afterReply = AFTER_RESTART;
            return TRANSFER_FILE_ERROR;
        }
    }
    if (unit->parts != total) return TRANSFER_FILE_ERROR;
    if (!store(unit, size)) {
        total = 0;
        afterReply = AFTER_RESTART;
        return TRANSFER_FILE_ERROR;
    }
    if (isLast) {
        memcpy(&check, unit->data + size, sizeof check);
        fileBytes = unit->part * PART_BYTES + size;
    }
    return missing == 0 ? finish() : TRANSFER_STORED;
}

uint8_t transferMissing(uint8_t *out) {
    if (total == 0) return 0;
    memset(out, 0, MISSING_REPLY_BYTES);
    out += 4;
    for (uint16_t i = 0; i < total; i++) {
        uint8_t bit = (uint8_t)(1u << (i & 7u));
        if (isOpen[i / 8u] & bit) out[i / 8u] |= bit;
    }
    return MISSING_REPLY_BYTES;
}
