#include "neighbours.h"

#include <stddef.h>
#include <string.h>

#include "clock.h"
#include "link-quality.h"
#include "settings.h"

/* Missed beacons of the longest interval until somebody is forgotten. */
#define SILENT_BEACONS 6

static Neighbour neighbours[NEIGHBOURS];

Neighbour *neighbourAt(uint8_t place) { return neighbours[place].isUsed ? &neighbours[place] : NULL; }

Neighbour *findNeighbour(uint16_t address) {
    for (uint8_t i = 0; i < NEIGHBOURS; i++) {
        if (neighbours[i].isUsed && neighbours[i].address == address) return &neighbours[i];
    }
    return NULL;
}

static Neighbour *freePlace(void) {
    for (uint8_t i = 0; i < NEIGHBOURS; i++) {
        if (!neighbours[i].isUsed) return &neighbours[i];
    }
    return NULL;
}

static Neighbour *worstNeighbour(void) {
    Neighbour *worst = &neighbours[0];
    for (uint8_t i = 1; i < NEIGHBOURS; i++) {
        if (linkCost(&neighbours[i]) > linkCost(worst)) worst = &neighbours[i];
    }
    return worst;
}

static void beginNeighbour(Neighbour *neighbour, uint16_t address) {
    memset(neighbour, 0, sizeof *neighbour);
    neighbour->address = address;
    neighbour->cost = COST_UNKNOWN;
    neighbour->isUsed = true;
}

Neighbour *findOrAddNeighbour(uint16_t address) {
    Neighbour *neighbour = findNeighbour(address);
    if (neighbour != NULL) return neighbour;
    neighbour = freePlace();
    if (neighbour == NULL) neighbour = worstNeighbour();
    beginNeighbour(neighbour, address);
    return neighbour;
}

uint8_t countNeighbours(void) {
    uint8_t count = 0;
    for (uint8_t i = 0; i < NEIGHBOURS; i++) count += neighbours[i].isUsed;
    return count;
}

static bool isSilent(const Neighbour *neighbour) {
    uint16_t silentS = (uint16_t)clockSeconds() - neighbour->heardAtS;
    return silentS > SILENT_BEACONS * setting(BEACON_SECONDS);
}

void dropSilentNeighbours(void) {
    for (uint8_t i = 0; i < NEIGHBOURS; i++) {
        if (neighbours[i].isUsed && isSilent(&neighbours[i])) neighbours[i].isUsed = false;
    }
}

void noteHeard(Neighbour *neighbour, uint8_t sequence, int8_t rssi) {
    neighbour->heardAtS = (uint16_t)clockSeconds();
    neighbour->rssi = rssi;
    noteBeacon(neighbour, sequence);
}
