/* Events: limits watched each second, and a short ring of what happened. */
#ifndef EVENTS_H
#define EVENTS_H

#include <stdint.h>

typedef enum {
    EVENT_SAG,
    EVENT_SWELL,
    EVENT_PHASE_LOSS,
    EVENT_OVER_CURRENT,
    EVENT_DISTORTION,
    EVENT_UNBALANCE,
    EVENT_REVERSE_SEQUENCE,
    EVENT_LOW_FACTOR,
    EVENT_START,
    EVENT_TARIFF,
    EVENT_CLOCK_SET,
    EVENT_PARAMETER,
    EVENT_KINDS
} EventKind;
#define EVENT_WATCHED EVENT_START /* the kinds before it have a limit */

#if NODE_VERSION >= 5
#define EVENT_RING 5u
#else
#define EVENT_RING 6u
#endif
/* Phase numbers 1 to 3 in `where`; 0 = all. */
typedef struct {
    uint32_t minutes;
    uint8_t second, kind, where, ended;
    int32_t value; /* the reading that passed the limit */
    uint16_t duration; /* seconds, once ended */
} Event;

void eventsStart(void);
void eventsSecond(void);
void eventAdd(EventKind kind, uint32_t where, int32_t value);
uint32_t eventsCount(void);
/* 0 is the newest. */
const Event *eventAt(uint32_t back);
/* Since the start. */
uint32_t eventsTotal(EventKind kind);

#endif
