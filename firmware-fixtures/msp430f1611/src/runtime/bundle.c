#include "bundle.h"

#include <stddef.h>
#include <string.h>

#include "base-file.h"
#include "crc.h"
#include "external.h"
#include "file.h"
#include "records.h"
#include "store.h"

/* More than one update can take: a file, a bundle, what is left at the end of the ring, and the erase of a whole sector. */
#define ROOM_PAGES 1024u

Bundle bundle;

static void makeEmpty(void) {
    memset(&bundle, 0, sizeof bundle);
    bundle.areaCrc = CRC16_START;
}

uint8_t bundleLoad(void) {
    makeEmpty();
    if (newest.bundle == 0) return 1;
    externalRead(newest.bundle, 0, &bundle, sizeof bundle);
    if (crc16(CRC16_START, &bundle, offsetof(Bundle, crc)) == bundle.crc) return 1;
    makeEmpty();
    return 0;
}

uint8_t areaLoad(void) {
    memset(area, 0xFF, AREA_BYTES);
    externalRead(newest.bundle + 1u, 0, area, bundle.areaBytes);
    return crc16(CRC16_START, area, bundle.areaBytes) == bundle.areaCrc;
}

uint16_t bundlePages(void) { return 1u + (bundle.areaBytes + EXTERNAL_PAGE_BYTES - 1u) / EXTERNAL_PAGE_BYTES; }

uint8_t bundlePut(uint16_t page) {
    uint16_t at = page;
    for (uint16_t done = 0; done < bundle.areaBytes; done += EXTERNAL_PAGE_BYTES) {
        uint16_t size = bundle.areaBytes - done;
        if (size > EXTERNAL_PAGE_BYTES) size = EXTERNAL_PAGE_BYTES;
        if (!externalPut(++at, 0, area + done, size)) return 0;
    }
    bundle.crc = crc16(CRC16_START, &bundle, offsetof(Bundle, crc));
    return externalPut(page, 0, &bundle, sizeof bundle);
}

uint8_t bundleMove(void) {
    if (storeRoom() >= ROOM_PAGES || newest.state != STATE_IDLE || !bundleLoad() || !areaLoad()) return 1;
    bundle.count = 0;
    uint16_t page = storeReserve(bundlePages());
    if (page == 0 || !bundlePut(page)) return 0;
    newest.bundle = page;
    return recordAppend();
}

void bundleSegment(uint8_t index, uint8_t *to) {
    if (bundle.kind != KIND_DELUGE && bundle.kind != KIND_R2) {
        externalRead(newest.bundle + bundlePages() + PAGES_PER_SEGMENT * index, 0, to, SEGMENT_BYTES);
        return;
    }
    uint16_t at = SEGMENT_BYTES * index;
    uint16_t size = bundle.imageBytes - at;
    if (size > SEGMENT_BYTES) size = SEGMENT_BYTES;
    memset(to, 0xFF, SEGMENT_BYTES);
    if (bundle.kind == KIND_R2) baseFileImage(at, to, size);
    else externalRead(bundle.file, DELUGE_IMAGE_AT + at, to, size);
}
