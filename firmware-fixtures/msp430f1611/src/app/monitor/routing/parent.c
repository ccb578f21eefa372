#include "parent.h"

#include <stddef.h>

#include "event-log.h"
#include "link-quality.h"
#include "message-types.h"
#include "neighbours.h"
#include "power-control.h"
#include "radio.h"

/* Another one has to be better by this much: else two like each other's neighbours in turn. */
#define HYSTERESIS 12
#define FAILURES_TO_LEAVE 3

static uint16_t parent = NO_NODE;
static uint8_t failures;
uint16_t parentChanges;

bool isSink(void) { return ownAddress() == SINK_ADDRESS; }
uint16_t parentAddress(void) { return parent; }

/* Nobody whose own way leads through us, or who has none. */
static bool isEligible(const Neighbour *neighbour) {
    return neighbour->cost != COST_UNKNOWN && neighbour->parent != ownAddress();
}

static uint16_t costThrough(const Neighbour *neighbour) {
    if (!isEligible(neighbour)) return COST_UNKNOWN;
    return neighbour->cost + linkCost(neighbour);
}

static Neighbour *bestNeighbour(void) {
    Neighbour *best = NULL;
    for (uint8_t i = 0; i < NEIGHBOURS; i++) {
        Neighbour *neighbour = neighbourAt(i);
        if (neighbour == NULL || costThrough(neighbour) == COST_UNKNOWN) continue;
        if (best == NULL || costThrough(neighbour) < costThrough(best)) best = neighbour;
    }
    return best;
}

uint16_t ownCost(void) {
    if (isSink()) return 0;
    const Neighbour *neighbour = findNeighbour(parent);
    return neighbour == NULL ? COST_UNKNOWN : costThrough(neighbour);
}

static bool isBetter(const Neighbour *neighbour) {
    uint16_t now = ownCost();
    return now == COST_UNKNOWN || costThrough(neighbour) + HYSTERESIS < now;
}

static bool changeTo(uint16_t address) {
    if (address == parent) return false;
    parent = address;
    failures = 0;
    parentChanges++;
    fullPower();
    logEvent(address == NO_NODE ? EVENT_NO_PARENT : EVENT_PARENT, address);
    return true;
}

bool chooseParent(void) {
    if (isSink()) return false;
    dropSilentNeighbours();
    const Neighbour *best = bestNeighbour();
    if (best == NULL) return changeTo(NO_NODE);
    return isBetter(best) ? changeTo(best->address) : false;
}

void noteParentFailure(void) {
    Neighbour *neighbour = findNeighbour(parent);
    if (++failures < FAILURES_TO_LEAVE) return;
    failures = 0;
    if (neighbour != NULL) neighbour->isUsed = false;
    chooseParent();
}
