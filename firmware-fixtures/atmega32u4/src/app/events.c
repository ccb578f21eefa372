/* Event detection. A limit counts as passed after PARAM_EVENT_DELAY seconds beyond it, and as kept again as late.
   Left out: hysteresis, the extreme of an event: SRAM is short. */
#include "events.h"

#include "clocktime.h"
#include "harmonics.h"
#include "measure.h"
#include "parameters.h"
#include "support.h"

#define PLACES 4u
#define ACTIVE 0x80u

static Event ring[EVENT_RING];
static uint8_t count, newest;
static uint8_t totals[EVENT_KINDS];
/* Seconds on the other side of the limit; bit 7: it is passed. */
static uint8_t watches[EVENT_WATCHED][PLACES];
static uint16_t seconds;

uint32_t eventsCount(void) { return count; }
uint32_t eventsTotal(EventKind kind) { return totals[kind]; }
const Event *eventAt(uint32_t back) { return &ring[(newest + EVENT_RING - back) % EVENT_RING]; }

void eventAdd(EventKind kind, uint32_t where, int32_t value) {
    ClockTime now;
    clockTimeRead(&now);
    newest = (newest + 1u) % EVENT_RING;
    if (count < EVENT_RING) count++;
    Event *event = &ring[newest];
    event->minutes = clockMinutes(&now);
    event->second = now.second;
    event->kind = (uint8_t)kind;
    event->where = (uint8_t)where;
    event->ended = 0;
    event->value = value;
    event->duration = seconds;
    if (totals[kind] != 0xFFu) totals[kind]++;
}

void eventsStart(void) { eventAdd(EVENT_START, 0, 0); }

static void end(EventKind kind, uint8_t where) {
    for (uint8_t i = 0; i < count; i++) {
        Event *event = &ring[(newest + EVENT_RING - i) % EVENT_RING];
        if (event->kind != kind || event->where != where || event->ended) continue;
        event->ended = 1;
        event->duration = seconds - event->duration;
        return;
    }
}

/* `above`: the limit is an upper one. */
static void watch(EventKind kind, uint8_t where, int32_t value, int32_t limit, uint8_t above) {
    uint8_t *state = &watches[kind][where];
    uint8_t isBeyond = above ? value > limit : value < limit;
    uint8_t isActive = (*state & ACTIVE) != 0;
    if (isBeyond == isActive) {
        *state &= ACTIVE;
        return;
    }
    if ((uint8_t)(++*state & ~ACTIVE) < (uint8_t)parameter(PARAM_EVENT_DELAY)) return;
    *state = isBeyond ? ACTIVE : 0;
    if (isBeyond) eventAdd(kind, where, value);
    else end(kind, where);
}

static void watchPhase(uint8_t phase) {
    const PhaseReading *p = &readings.phase[phase];
    uint8_t where = phase + 1u;
    int32_t volts = parameter(PARAM_V_NOMINAL);
    int32_t amps = parameter(PARAM_I_NOMINAL);
    int32_t loss = scaled(volts, parameter(PARAM_PHASE_LOSS), 100);
    watch(EVENT_PHASE_LOSS, where, p->volts, loss, 0);
    /* A lost phase is not a sag as well. */
    int32_t sagged = p->volts < loss ? volts : p->volts;
    watch(EVENT_SAG, where, sagged, scaled(volts, parameter(PARAM_SAG), 100), 0);
    watch(EVENT_SWELL, where, p->volts, scaled(volts, parameter(PARAM_SWELL), 100), 1);
    watch(EVENT_OVER_CURRENT, where, p->milliamps, scaled(amps, parameter(PARAM_OVER_CURRENT), 100), 1);
    watch(EVENT_DISTORTION, where, spectra[phase].distortion, parameter(PARAM_THD_LIMIT), 1);
}

void eventsSecond(void) {
    seconds++;
    for (uint8_t phase = 0; phase < PHASES; phase++) watchPhase(phase);
    watch(EVENT_UNBALANCE, 0, readings.voltUnbalance, parameter(PARAM_UNBALANCE), 1);
    watch(EVENT_REVERSE_SEQUENCE, 0, readings.sequence == 2, 0, 1);
    int32_t factor = readings.apparent < 100 ? 1000 : absolute(readings.factor);
    watch(EVENT_LOW_FACTOR, 0, factor, parameter(PARAM_LOW_FACTOR), 0);
}
