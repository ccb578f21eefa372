#include "prepare.h"

#include "base-file.h"
#include "bundle.h"
#include "compose.h"
#include "crc.h"
#include "external.h"
#include "image.h"
#include "records.h"
#include "script.h"
#include "store.h"

static uint8_t isBase(uint16_t bytes, uint16_t crc) {
    return bytes <= IMAGE_MAX && imageCrc(imageInFlash, bytes) == crc;
}

uint8_t envelopeFits(const Envelope *envelope) {
    if (envelope->magic != FILE_MAGIC || envelope->imageBytes < IMAGE_MIN || envelope->imageBytes > IMAGE_MAX ||
        envelope->areaBytes > AREA_BYTES) {
        return 0;
    }
    switch (envelope->kind) {
        case KIND_DELUGE: return envelope->baseBytes == 0 && envelope->baseCrc == 0 && envelope->areaBytes == 0;
        case KIND_REBUILD:
            if (envelope->areaBytes != 0) return 0;
            break;
        case KIND_R2:
            if (envelope->areaBytes != 0 || bundle.areaBytes != 0 || !baseFileFind(envelope)) return 0;
            break;
        case KIND_IN_SITU: break;
        default: return 0;
    }
    /* After a failed update nothing here is a base. */
    if (newest.state != STATE_IDLE || envelope->areaCrcBefore != bundle.areaCrc) return 0;
    return isBase(envelope->baseBytes, envelope->baseCrc);
}

static uint16_t filePage;
static void imageInFile(uint16_t at, void *to, uint16_t count) {
    externalRead(filePage, DELUGE_IMAGE_AT + at, to, count);
}

/* All segments, in order, without pages of their own. */
static uint16_t reserveWhole(uint16_t imageBytes) {
    bundle.areaBytes = 0;
    bundle.count = 0;
    for (uint16_t done = 0; done < imageBytes; done += SEGMENT_BYTES) {
        bundle.segment[bundle.count] = bundle.count;
        bundle.count++;
    }
    return storeReserve(bundlePages());
}

static uint8_t prepareDeluge(const Envelope *envelope, uint16_t *at) {
    uint16_t imageBytes;
    externalRead(filePage, sizeof *envelope, &imageBytes, sizeof imageBytes);
    if (imageBytes != envelope->imageBytes || imageBytes > envelope->bodyBytes - sizeof imageBytes) return 0;
    if (!imageFits(imageInFile, imageBytes, envelope->imageCrc)) return 0;
    bundle.file = filePage;
    *at = reserveWhole(imageBytes);
    return *at != 0;
}

static uint8_t prepareR2(const Envelope *envelope, uint16_t *at) {
    bundle.file = baseFileMake(filePage, envelope);
    if (bundle.file == 0 || !imageFits(baseFileImage, envelope->imageBytes, envelope->imageCrc)) return 0;
    *at = reserveWhole(envelope->imageBytes);
    return *at != 0 && baseFileSeal(envelope);
}

/* Once without putting anything together, since pages are asked for in whole. */
static uint8_t prepareScript(const Envelope *envelope, uint16_t *at) {
    uint8_t isRebuild = envelope->kind == KIND_REBUILD;
    uint16_t before = bundle.areaBytes;
    composeCount();
    if (!scriptRun(filePage, envelope->bodyBytes, isRebuild, 1, before) || bundle.areaBytes != envelope->areaBytes) {
        return 0;
    }
    uint16_t pages = bundlePages();
    *at = storeReserve(pages + PAGES_PER_SEGMENT * bundle.count);
    if (*at == 0) return 0;
    composeInto(*at + pages);
    if (!scriptRun(filePage, envelope->bodyBytes, isRebuild, 0, before)) return 0;
    return imageFits(composedImage, envelope->imageBytes, envelope->imageCrc);
}

static uint8_t prepare(const Envelope *envelope, uint16_t *at) {
    switch (envelope->kind) {
        case KIND_DELUGE: return prepareDeluge(envelope, at);
        case KIND_R2: return prepareR2(envelope, at);
        default: return prepareScript(envelope, at);
    }
}

uint8_t updateAccept(uint16_t page, uint16_t bytes) {
    Envelope envelope;
    uint16_t at;
    filePage = page;
    externalRead(page, 0, &envelope, sizeof envelope);
    if (bytes < sizeof envelope + FILE_CRC_BYTES || envelope.bodyBytes != bytes - sizeof envelope - FILE_CRC_BYTES) return 0;
    if (externalCrc16(CRC16_START, page, 0, bytes) != 0 || !envelopeFits(&envelope)) return 0;
    if (!prepare(&envelope, &at)) return 0;
    bundle.kind = envelope.kind;
    bundle.imageBytes = envelope.imageBytes;
    bundle.imageCrc = envelope.imageCrc;
    bundle.areaCrc = crc16(CRC16_START, area, bundle.areaBytes);
    if (bundle.areaCrc != envelope.areaCrc || !bundlePut(at)) return 0;
    newest.bundle = at;
    newest.state = STATE_APPLYING;
    newest.step = 0;
    return recordAppend();
}
