#include "sink.h"

#include <stddef.h>

#include "status-leds.h"

#define LONGEST_GAP 32

static Origin origins[ORIGINS];

static Origin *findOrigin(uint16_t address) {
    for (uint8_t i = 0; i < ORIGINS; i++) {
        if (origins[i].isUsed && origins[i].address == address) return &origins[i];
    }
    return NULL;
}

static Origin *freeOrigin(void) {
    for (uint8_t i = 0; i < ORIGINS; i++) {
        if (!origins[i].isUsed) return &origins[i];
    }
    return NULL;
}

static void beginOrigin(Origin *origin, uint16_t address, uint8_t sequence) {
    *origin = (Origin){.address = address, .lastSequence = sequence - 1, .isUsed = true};
}

/* More than LONGEST_GAP: the node has started again. */
static uint8_t missingBefore(const Origin *origin, uint8_t sequence) {
    uint8_t gap = sequence - origin->lastSequence - 1;
    return gap > LONGEST_GAP ? 0 : gap;
}

static void noteContent(Origin *origin, uint8_t sequence, uint8_t kind, uint8_t hops) {
    origin->missing += missingBefore(origin, sequence);
    origin->arrived++;
    origin->lastSequence = sequence;
    origin->lastKind = kind;
    origin->hops = hops;
}

void contentArrived(uint16_t address, uint8_t sequence, uint8_t kind, uint8_t hops) {
    Origin *origin = findOrigin(address);
    if (origin == NULL) {
        origin = freeOrigin();
        if (origin == NULL) return;
        beginOrigin(origin, address, sequence);
    }
    noteContent(origin, sequence, kind, hops);
    showDelivered();
}
