/* What the sink keeps of what arrives: from whom, how much, how much is missing. */
#ifndef SINK_H
#define SINK_H
#include <stdbool.h>
#include <stdint.h>

#define ORIGINS 6

typedef struct {
    uint16_t address;
    uint16_t arrived, missing;
    uint8_t lastSequence, lastKind, hops;
    bool isUsed;
} Origin;

void contentArrived(uint16_t origin, uint8_t sequence, uint8_t kind, uint8_t hops);

#endif
