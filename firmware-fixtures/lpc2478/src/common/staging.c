/* Staging log. Source: SAFETY.md beside the sources, where each step is gone through for cuts. */
#include "staging.h"

#include "crc.h"
#include "flash.h"
#include "support.h"

static uint32_t recordAddress(uint32_t slot) { return DIRECTORY_BASE + slot * LINE_BYTES; }
static uint32_t slotAddress(uint32_t slot) { return SLOT_BASE + slot * PAGE_BYTES; }

static uint32_t checkOf(const SlotRecord *record) {
    return ~crc32Words(CRC32_START, (const uint32_t *)(const void *)record, 3);
}

uint32_t stagingSectorsFor(uint32_t segments) {
    uint32_t sectors = (segments + 1u + SPARE_SLOTS + SLOTS_PER_SECTOR - 1u) / SLOTS_PER_SECTOR;
    return sectors * SLOTS_PER_SECTOR > SLOT_COUNT ? SLOT_COUNT / SLOTS_PER_SECTOR : sectors;
}

int stagingErase(uint32_t sectors) {
    uint32_t directories =
        (sectors * SLOTS_PER_SECTOR + RECORDS_PER_SECTOR - 1u) / RECORDS_PER_SECTOR;
    for (uint32_t i = 0; i < directories; i++) {
        if (!flashErase(DIRECTORY_FIRST_SECTOR + i, DIRECTORY_FIRST_SECTOR + i)) return 0;
    }
    for (uint32_t i = 0; i < sectors; i++) {
        if (!flashErase(SLOT_FIRST_SECTOR + i, SLOT_FIRST_SECTOR + i)) return 0;
    }
    return 1;
}

void stagingScan(Staging *staging, uint32_t sectors, uint32_t segments) {
    if (segments > MAX_SEGMENTS) segments = MAX_SEGMENTS;
    staging->segments = segments;
    staging->slots = sectors * SLOTS_PER_SECTOR;
    if (staging->slots > SLOT_COUNT) staging->slots = SLOT_COUNT;
    staging->missing = segments + 1u;
    staging->settled = 0;
    staging->lastTrusted = 0;
    for (uint32_t i = 0; i < STAGING_KEYS; i++) staging->slotOf[i] = NO_SLOT;

    uint32_t slot = 0;
    for (; slot < staging->slots; slot++) {
        union {
            SlotRecord record;
            uint32_t words[4];
        } line;
        flashRead(recordAddress(slot), &line, LINE_BYTES);
        if ((line.words[0] & line.words[1] & line.words[2] & line.words[3]) == ERASED_WORD) {
            if (flashIsBlank(slotAddress(slot), PAGE_BYTES)) break;
            staging->lastTrusted = 0;
            continue;
        }
        const SlotRecord *record = &line.record;
        /* The data CRC also rules out a slot that was given up and cleared while its record was weak. */
        staging->lastTrusted =
            record->check == checkOf(record) && record->slot == slot &&
            record->segments == segments && record->segment <= segments &&
            ~flashCrc(CRC32_START, slotAddress(slot), PAGE_BYTES) == record->dataCrc;
        if (!staging->lastTrusted) continue;
        if (!stagingHas(staging, record->segment)) staging->missing--;
        staging->slotOf[record->segment] = (uint16_t)slot;
        staging->last = *record;
    }
    staging->next = slot;
}

/* Clear what a slot holds, data first, then its record: no later reading of weak bits can bring it back. */
static int voidSlot(uint32_t slot) {
    return flashBurnPage(slotAddress(slot)) && flashBurnLine(recordAddress(slot));
}

/* The last used slot and the one behind it may have been in flight when power went. A trusted record gets
   the same bits once more, which makes weak ones strong; a slot that is not trusted is cleared. */
int stagingSettle(Staging *staging) {
    if (staging->settled) return 1;
    if (staging->next > 0) {
        uint32_t last = staging->next - 1u;
        if (staging->lastTrusted) {
            if (!flashProgramLine(recordAddress(last), (const uint32_t *)(const void *)&staging->last))
                return 0;
        } else if (!voidSlot(last)) {
            return 0;
        }
    }
    if (staging->next < staging->slots) {
        if (!flashBurnPage(slotAddress(staging->next))) return 0;
        staging->next++;
    }
    staging->settled = 1;
    return 1;
}

StoreResult stagingStore(Staging *staging, uint32_t segment, const uint32_t *data) {
    if (!stagingSettle(staging)) return STORE_FAILED;
    if (staging->next >= staging->slots) return STORE_FULL;
    uint32_t slot = staging->next++;
    union {
        SlotRecord record;
        uint32_t words[4];
    } line;
    line.record.segment = (uint16_t)segment;
    line.record.slot = (uint16_t)slot;
    line.record.dataCrc = ~crc32Words(CRC32_START, data, PAGE_BYTES / 4);
    line.record.segments = staging->segments;
    line.record.check = checkOf(&line.record);
    if (!flashProgram(slotAddress(slot), data, PAGE_BYTES)) return STORE_FAILED;
    if (!flashProgramLine(recordAddress(slot), line.words)) return STORE_FAILED;
    if (!stagingHas(staging, segment)) staging->missing--;
    staging->slotOf[segment] = (uint16_t)slot;
    return STORED;
}

int stagingComplete(const Staging *staging, uint32_t length) {
    uint32_t segments = (length + PAGE_BYTES - 1u) / PAGE_BYTES;
    if (segments == 0 || segments != staging->segments) return 0;
    for (uint32_t i = 0; i < segments; i++) {
        if (!stagingHas(staging, i)) return 0;
    }
    return 1;
}

uint32_t stagingFileCrc(const Staging *staging, uint32_t length, uint32_t *sum) {
    uint32_t crc = CRC32_START;
    uint32_t total = 0;
    for (uint32_t i = 0; length != 0; i++) {
        uint32_t page[PAGE_BYTES / 4];
        uint32_t part = length < PAGE_BYTES ? length : PAGE_BYTES;
        flashRead(stagingAddress(staging, i), page, PAGE_BYTES);
        crc = crc32Bytes(crc, (const uint8_t *)page, part);
        if (sum != NULL) {
            const uint8_t *bytes = (const uint8_t *)page;
            for (uint32_t b = 0; b < part; b++) total += bytes[b];
        }
        length -= part;
    }
    if (sum != NULL) *sum = total & 0xFFFFu;
    return ~crc;
}

int stagingImageGood(const Staging *staging, uint32_t length) {
    uint32_t page[PAGE_BYTES / 4];
    ProgramHeader header;
    if (length < PAGE_BYTES) return 0;
    flashRead(stagingAddress(staging, 0), page, PAGE_BYTES);
    uint32_t vectors = 0;
    for (uint32_t i = 0; i < 8; i++) vectors += page[i];
    memcpy(&header, &page[HEADER_OFFSET / 4], sizeof header);
    if (vectors != 0 || header.magic != HEADER_MAGIC || header.length != length) return 0;
    page[HEADER_CRC_OFFSET / 4] = 0;
    uint32_t crc = crc32Words(CRC32_START, page, PAGE_BYTES / 4);
    for (uint32_t at = PAGE_BYTES, i = 1; at < length; at += PAGE_BYTES, i++) {
        uint32_t part = length - at < PAGE_BYTES ? length - at : PAGE_BYTES;
        flashRead(stagingAddress(staging, i), page, PAGE_BYTES);
        crc = crc32Bytes(crc, (const uint8_t *)page, part);
    }
    return ~crc == header.crc;
}
