/* Events: limits watched each second, and a ring of what happened. */
#ifndef EVENTS_H
#define EVENTS_H

#include <stdint.h>

#include "text.h"

typedef enum {
    EVENT_START,
    EVENT_SAG,
    EVENT_SWELL,
    EVENT_PHASE_LOSS,
    EVENT_OVER_CURRENT,
    EVENT_UNBALANCE,
    EVENT_REVERSE_SEQUENCE,
    EVENT_REVERSE_POWER,
    EVENT_OVER_DEMAND,
    EVENT_LOW_FACTOR,
    EVENT_DISTORTION,
    EVENT_TARIFF,
    EVENT_CLOCK_SET,
    EVENT_PARAMETER,
    EVENT_FAULT,
    EVENT_PROGRAM,
#if APP_VERSION >= 110
    EVENT_K_FACTOR,
    EVENT_FREEZE,
#endif
#if APP_VERSION >= 120
    EVENT_NEGATIVE_SEQUENCE,
    EVENT_SHED,
    EVENT_RESTORED,
#endif
    EVENT_KINDS
} EventKind;

#define EVENT_RING 64u
/* Phase numbers 1 to 3 in `where`; 0 = all. */
typedef struct {
    uint32_t minutes;
    uint8_t second, kind, where, ended;
    int32_t value; /* the reading that passed the limit, or its extreme once ended */
    uint32_t duration; /* seconds, once ended */
} Event;

void eventsStart(void);
void eventsSecond(void);
void eventAdd(EventKind kind, uint32_t where, int32_t value);
uint32_t eventsCount(void);
/* 0 is the newest. */
const Event *eventAt(uint32_t back);
/* Since the counters were last reset; they outlive a restart. */
uint32_t eventsTotal(EventKind kind);
void eventsClear(void);
int eventActive(EventKind kind, uint32_t phase);
const char *eventName(uint32_t kind);
void eventText(Text *text, const Event *event);

#endif
