/* From beacons, counted by their gaps, until there are acknowledgements to count. */
#include "link-quality.h"

#include "arithmetic.h"

#define WINDOW 4
#define ALL 255
#define WORST_COST 200
#define SMOOTHING 2

static void closeBeaconWindow(Neighbour *neighbour) {
    uint16_t quality = scale(neighbour->heard, ALL, neighbour->expected);
    uint8_t before = neighbour->inQuality;
    neighbour->inQuality = (uint8_t)(before == 0 ? quality : moveTowards(before, quality, SMOOTHING));
    neighbour->heard = 0;
    neighbour->expected = 0;
}

/* A node that has started again counts from 0: a gap of more than half of all numbers is none. */
static uint8_t gapBefore(const Neighbour *neighbour, uint8_t sequence) {
    uint8_t gap = sequence - neighbour->lastSequence;
    return gap == 0 || gap > 16 ? 1 : gap;
}

void noteBeacon(Neighbour *neighbour, uint8_t sequence) {
    neighbour->expected += gapBefore(neighbour, sequence);
    neighbour->heard++;
    neighbour->lastSequence = sequence;
    if (neighbour->expected >= WINDOW) closeBeaconWindow(neighbour);
}

static uint8_t costOfTries(uint8_t tries, uint8_t acks) {
    if (acks == 0) return WORST_COST;
    return (uint8_t)smaller(scale(COST_OF_ONE, tries, acks), WORST_COST);
}

static void closeTryWindow(Neighbour *neighbour) {
    uint8_t cost = costOfTries(neighbour->tries, neighbour->acks);
    uint8_t before = neighbour->outCost;
    neighbour->outCost = (uint8_t)(before == 0 ? cost : moveTowards(before, cost, 1));
    neighbour->tries = 0;
    neighbour->acks = 0;
}

void noteTry(Neighbour *neighbour, bool wasReceived) {
    neighbour->tries++;
    if (wasReceived) neighbour->acks++;
    if (neighbour->tries >= WINDOW) closeTryWindow(neighbour);
}

uint16_t linkCost(const Neighbour *neighbour) {
    if (neighbour->outCost != 0) return neighbour->outCost;
    if (neighbour->inQuality == 0) return 2 * COST_OF_ONE;
    return smaller(scale(COST_OF_ONE, ALL, neighbour->inQuality), WORST_COST);
}
