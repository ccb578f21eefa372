/* Source: README.md, "R2". */
#include "base-file.h"

#include "bundle.h"
#include "crc.h"
#include "external.h"
#include "work.h"

#define SLOT_MAGIC 0x3252u /* R2 */
#define BASE_FILE_MAX (SECTOR_PAGES * EXTERNAL_PAGE_BYTES - sizeof(Slot))
#define ADD 0u
#define COPY 1u
#define NO_SYMBOL 0xFFFFu

typedef struct {
    uint16_t magic, sequence;
    uint16_t bytes, crc; /* of the base file */
    uint16_t imageBytes, imageCrc;
} Slot;
typedef struct {
    uint16_t codeBytes, references, symbols;
} Tables;
typedef struct {
    uint8_t skip; /* words */
    uint16_t symbol;
} __attribute__((packed)) Reference;

static Slot slot; /* the one that was found, then the new one */
static uint16_t slotPage;

uint8_t baseFileFind(const Envelope *envelope) {
    slotPage = 0;
    for (uint16_t page = SLOTS_FIRST_PAGE; page != EXTERNAL_PAGES; page += SECTOR_PAGES) {
        Slot each;
        externalRead(page, 0, &each, sizeof each);
        if (each.magic != SLOT_MAGIC || each.imageBytes != envelope->baseBytes || each.imageCrc != envelope->baseCrc) continue;
        if (each.bytes > BASE_FILE_MAX || externalCrc16(CRC16_START, page, sizeof each, each.bytes) != each.crc) continue;
        if (slotPage != 0 && (int16_t)(each.sequence - slot.sequence) < 0) continue;
        slot = each;
        slotPage = page;
    }
    return slotPage != 0;
}

/* Where the next byte goes: a page is put together in `work`. */
static uint16_t page;
static uint16_t first, filled; /* within the page */

static uint8_t flush(void) {
    if (!externalPut(page, (uint8_t)first, work + first, filled - first)) return 0;
    page++;
    first = filled = 0;
    return 1;
}
static uint8_t append(uint16_t source, uint16_t from, uint16_t count) {
    while (count != 0) {
        uint16_t size = EXTERNAL_PAGE_BYTES - filled;
        if (size > count) size = count;
        externalRead(source, from, work + filled, size);
        filled += size;
        from += size;
        count -= size;
        if (filled == EXTERNAL_PAGE_BYTES && !flush()) return 0;
    }
    return 1;
}

static uint8_t runScript(uint16_t file, uint16_t cursor, uint16_t end) {
    uint16_t left = slot.bytes;
    while (cursor != end) {
        struct {
            uint8_t code;
            uint16_t length, from;
        } __attribute__((packed)) command;
        externalRead(file, cursor, &command, sizeof command);
        uint8_t isCopy = command.code == COPY;
        uint16_t size = isCopy ? 5u : 3u;
        if (command.code > COPY || size > end - cursor || command.length > left) return 0;
        left -= command.length;
        cursor += size;
        if (isCopy) {
            if (!append(slotPage, sizeof slot + command.from, command.length)) return 0;
        } else {
            if (command.length > end - cursor || !append(file, cursor, command.length)) return 0;
            cursor += command.length;
        }
    }
    return left == 0 && (filled == first || flush());
}

/* The walk through the references, which ascend. */
static uint16_t walked;  /* entries */
static uint16_t reached; /* in the image */
static uint16_t walkedPage;

uint16_t baseFileMake(uint16_t file, const Envelope *envelope) {
    uint16_t body[2]; /* bytes and CRC-16 of what comes out */
    uint16_t other = SLOTS_FIRST_PAGE + (slotPage == SLOTS_FIRST_PAGE ? SECTOR_PAGES : 0);
    if (envelope->bodyBytes < sizeof body) return 0;
    externalRead(file, sizeof *envelope, body, sizeof body);
    if (body[0] > BASE_FILE_MAX) return 0;
    slot.bytes = body[0];
    slot.crc = body[1];
    /* Though it may read blank: an erase that was cut leaves weak bits. */
    externalErase(other);
    page = other;
    first = filled = sizeof slot;
    walkedPage = 0;
    if (!runScript(file, sizeof *envelope + sizeof body, sizeof *envelope + envelope->bodyBytes)) return 0;
    if (externalCrc16(CRC16_START, other, sizeof slot, slot.bytes) != slot.crc) return 0;
    slotPage = other;
    return other;
}

uint8_t baseFileSeal(const Envelope *envelope) {
    slot.sequence++;
    slot.imageBytes = envelope->imageBytes;
    slot.imageCrc = envelope->imageCrc;
    return externalPut(slotPage, 0, &slot, sizeof slot);
}

/* Tables that are wrong lead to a wrong image, never out of `to`. */
void baseFileImage(uint16_t at, void *to, uint16_t count) {
    const uint16_t codeAt = sizeof(Slot) + sizeof(Tables);
    uint8_t *bytes = to;
    Tables tables;
    externalRead(bundle.file, sizeof(Slot), &tables, sizeof tables);
    externalRead(bundle.file, codeAt + at, to, count);
    if (at < reached || walkedPage != bundle.file) {
        walked = reached = 0;
        walkedPage = bundle.file;
    }
    uint16_t referencesAt = codeAt + tables.codeBytes;
    uint16_t valuesAt = referencesAt + sizeof(Reference) * tables.references;
    for (; walked < tables.references; walked++) {
        Reference reference;
        externalRead(bundle.file, referencesAt + sizeof reference * walked, &reference, sizeof reference);
        uint16_t place = reached + 2u * reference.skip;
        if (place >= at + count) return;
        reached = place;
        if (reference.symbol == NO_SYMBOL) continue;
        reached += sizeof(uint16_t);
        if (place < at || reached > at + count) continue;
        externalRead(bundle.file, valuesAt + sizeof(uint16_t) * reference.symbol, bytes + (place - at), sizeof(uint16_t));
    }
}
