/* Source: SAFETY.md, "Invariants". */
#include "apply.h"

#include "bundle.h"
#include "file.h"
#include "flash.h"
#include "image.h"
#include "records.h"
#include "supply.h"
#include "work.h"

#define MAX_TRIES 3u

uint8_t work[SEGMENT_BYTES];

static uint16_t wordOf(const uint8_t *bytes) { return bytes[0] | (uint16_t)bytes[1] << 8; }
static uint16_t wordAt(uint16_t at) {
    uint8_t bytes[2];
    flashRead(at, bytes, sizeof bytes);
    return wordOf(bytes);
}

typedef struct {
    uint8_t isSame, isClearing;
} Comparison;

/* Of flash with the segment in work. */
static Comparison compare(uint16_t at) {
    Comparison result = {1, 1};
    for (uint16_t i = 0; i < SEGMENT_BYTES; i += 2) {
        uint16_t is = wordAt(at + i);
        uint16_t goal = wordOf(work + i);
        if (is != goal) result.isSame = 0;
        if ((is & goal) != goal) result.isClearing = 0;
    }
    return result;
}

static uint8_t isBlank(const uint8_t *block) {
    for (uint8_t i = 0; i < BLOCK_BYTES; i++) {
        if (block[i] != 0xFF) return 0;
    }
    return 1;
}

static void programWords(uint16_t at) {
    for (uint16_t i = 0; i < SEGMENT_BYTES; i += 2) {
        uint16_t word = wordOf(work + i);
        if (wordAt(at + i) != word) flashProgramWord(at + i, word);
    }
}

static void replace(uint16_t at) {
    flashErase(at);
    for (uint16_t i = 0; i < SEGMENT_BYTES; i += BLOCK_BYTES) {
        if (!isBlank(work + i)) flashProgramBlock(at + i, work + i);
    }
}

/* Behind a cut nothing is known of the cells of this segment or a later one: they are erased, whatever they read.
   Deluge compares nothing either. */
static uint8_t finishSegment(uint8_t index, uint8_t isResumed) {
    uint16_t at = APP_START + SEGMENT_BYTES * bundle.segment[index];
    bundleSegment(index, work);
    supplyWait();
    if (!isResumed && bundle.kind != KIND_DELUGE) {
        Comparison now = compare(at);
        if (now.isSame) return 1;
        if (now.isClearing) {
            programWords(at);
            if (compare(at).isSame) return 1;
        }
    }
    for (uint8_t tries = MAX_TRIES; tries != 0; tries--) {
        /* What reads as the newest record may be half there: it is not acted upon before it is whole. */
        if (newest.step != index || !recordIsFresh()) {
            newest.step = index;
            if (!recordAppend()) return 0;
        }
        replace(at);
        if (compare(at).isSame) return 1;
    }
    return 0;
}

uint8_t updateApply(void) {
    uint8_t isResumed = !recordIsFresh();
    for (uint8_t index = newest.step; index < bundle.count; index++) {
        if (!finishSegment(index, isResumed)) return 0;
    }
    if (!imageFits(imageInFlash, bundle.imageBytes, bundle.imageCrc)) return 0;
    newest.state = STATE_IDLE;
    return recordAppend();
}
