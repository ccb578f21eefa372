/* Who is heard, and how well. */
#ifndef NEIGHBOURS_H
#define NEIGHBOURS_H
#include <stdbool.h>
#include <stdint.h>

#define NEIGHBOURS 8
#define COST_OF_ONE 16 /* of a link where every frame arrives */
#define COST_UNKNOWN 0xFFFF

typedef struct {
    uint16_t address;
    uint16_t parent;
    uint16_t cost; /* to the sink, as it says itself */
    uint16_t heardAtS; /* low bits of the clock */
    uint8_t lastSequence;
    uint8_t heard, expected; /* beacons, in this window */
    uint8_t inQuality; /* 255: all of them */
    uint8_t tries, acks; /* data frames, in this window */
    uint8_t outCost; /* 0: not known yet */
    int8_t rssi;
    bool isUsed;
} Neighbour;

Neighbour *findNeighbour(uint16_t address);
/* A new one takes the place of the worst when there is no room. */
Neighbour *findOrAddNeighbour(uint16_t address);
/* For walks: NULL where there is none. */
Neighbour *neighbourAt(uint8_t place);
uint8_t countNeighbours(void);
void dropSilentNeighbours(void);
void noteHeard(Neighbour *neighbour, uint8_t sequence, int8_t rssi);

#endif
