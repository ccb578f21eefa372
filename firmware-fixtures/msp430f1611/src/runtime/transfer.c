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
#define LEAST_PART_BYTES 100u
#define MAX_PARTS ((FILE_MAX + LEAST_PART_BYTES - 1u) / LEAST_PART_BYTES)
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
static uint8_t partBytes;
static uint16_t filePage, fileBytes;
static uint8_t isOpen[(MAX_PARTS + 7u) / 8u];
static FileCheck check;

/* Before a page is asked for. */
uint8_t transferBegin(const Envelope *envelope, uint16_t parts, uint8_t bytesEach) {
    uint32_t bytes = (uint32_t)envelope->bodyBytes + sizeof *envelope + FILE_CRC_BYTES;
    total = 0;
    if (bytes > FILE_MAX || parts != ((uint16_t)bytes + bytesEach - 1u) / bytesEach) return 0;
    if (!supplyIsGood() || !envelopeFits(envelope) || !bundleMove()) return 0;
    fileBytes = (uint16_t)bytes;
    filePage = storeReserve((fileBytes + EXTERNAL_PAGE_BYTES - 1u) / EXTERNAL_PAGE_BYTES);
    if (filePage == 0) return 0;
    partBytes = bytesEach;
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

uint8_t transferFinish(void) {
    total = 0;
    afterReply = AFTER_RESTART;
    if (!supplyIsGood() || !updateAccept(filePage, fileBytes)) return 0;
    /* From here on the update is certain, and the station may be told so. */
    afterReply = AFTER_APPLY;
    return 1;
}

/* A part may lie in two pages. */
static uint8_t put(uint16_t at, const uint8_t *data, uint8_t count) {
    uint16_t page = filePage + at / EXTERNAL_PAGE_BYTES;
    uint16_t room = EXTERNAL_PAGE_BYTES - at % EXTERNAL_PAGE_BYTES;
    if (room >= count) return externalPut(page, (uint8_t)at, data, count);
    return externalPut(page, (uint8_t)at, data, room) && externalPut(page + 1u, 0, data + room, count - room);
}
static uint8_t store(uint16_t part, const uint8_t *data, uint8_t count) {
    uint16_t at = part * partBytes;
    uint8_t *open = &isOpen[part / 8u];
    uint8_t bit = (uint8_t)(1u << (part & 7u));
    if (part >= total || count != (part == total - 1u ? fileBytes - at : partBytes)) return 0;
    if ((*open & bit) == 0) return externalEquals(filePage + at / EXTERNAL_PAGE_BYTES, (uint8_t)at, data, count);
    if (!put(at, data, count)) return 0;
    *open &= (uint8_t)~bit;
    missing--;
    return 1;
}
/* Without a second try: the next transfer goes elsewhere. */
uint8_t transferPut(uint16_t part, const uint8_t *data, uint8_t count) {
    if (store(part, data, count)) return 1;
    total = 0;
    afterReply = AFTER_RESTART;
    return 0;
}

uint16_t transferMissing(uint8_t bytesEach) { return total == 0 || partBytes != bytesEach ? TRANSFER_NONE : missing; }
uint8_t transferMap(uint8_t *out) {
    uint8_t bytes = (uint8_t)((total + 7u) / 8u);
    memcpy(out, isOpen, bytes);
    return bytes;
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
    if (total == 0 || partBytes != PART_BYTES) {
        Envelope envelope;
        if (unit->part != 0) return TRANSFER_NOT_STORED;
        memcpy(&envelope, unit->data, sizeof envelope);
        if (!transferBegin(&envelope, unit->parts, PART_BYTES)) {
            afterReply = AFTER_RESTART;
            return TRANSFER_FILE_ERROR;
        }
    }
    if (unit->parts != total) return TRANSFER_FILE_ERROR;
    if (!transferPut(unit->part, unit->data, (uint8_t)size)) return TRANSFER_FILE_ERROR;
    if (isLast) memcpy(&check, unit->data + size, sizeof check);
    if (missing != 0) return TRANSFER_STORED;
    afterReply = AFTER_RESTART;
    return isWhole() && transferFinish() ? TRANSFER_STORED : TRANSFER_FILE_ERROR;
}

uint8_t transferReply(uint8_t *out) {
    if (transferMissing(PART_BYTES) == TRANSFER_NONE) return 0;
    memset(out, 0, MISSING_REPLY_BYTES);
    out += 4;
    uint8_t bytes = transferMap(out);
    uint8_t over = total & 7u;
    /* None behind the last. */
    if (over != 0) out[bytes - 1u] &= (uint8_t)((1u << over) - 1u);
    return MISSING_REPLY_BYTES;
}
