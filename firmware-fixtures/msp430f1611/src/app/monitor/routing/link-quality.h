/* What a frame over a link costs: transmissions that it takes on average, in sixteenths. */
#ifndef LINK_QUALITY_H
#define LINK_QUALITY_H
#include <stdbool.h>
#include <stdint.h>

#include "neighbours.h"

void noteBeacon(Neighbour *neighbour, uint8_t sequence);
void noteTry(Neighbour *neighbour, bool wasReceived);
uint16_t linkCost(const Neighbour *neighbour);

#endif
