/* Event detection. A limit counts as passed after PARAM_EVENT_DELAY seconds beyond it, and as kept again
   behind the hysteresis. Left out: sags shorter than a second; a burst a second does not see them. */
#include "events.h"

#include "battery.h"
#include "clocktime.h"
#include "demand.h"
#include "harmonics.h"
#include "measure.h"
#include "parameters.h"
#include "support.h"
#if APP_VERSION >= 120
#include "quality.h"
#endif

static const char *const names[EVENT_KINDS] = {
    "start",          "voltage sag",   "voltage swell", "phase loss",       "over-current",
    "unbalance",      "phase order",   "reverse power", "demand limit",     "low power factor",
    "harmonics",      "tariff change", "clock set",     "parameter change", "program fault",
    "program update",
#if APP_VERSION >= 110
    "K factor",       "daily freeze",
#endif
#if APP_VERSION >= 120
    "negative sequence", "load shed",  "load restored",
#endif
};

typedef struct {
    uint16_t total[(EVENT_KINDS + 1u) & ~1u];
} Counters;

typedef struct {
    uint8_t active;
    uint16_t passing; /* seconds beyond the limit, or back within it */
    uint32_t started; /* seconds of activity so far */
    int32_t extreme;
    uint8_t entry; /* in the ring */
} Watch;

static Event ring[EVENT_RING];
static uint32_t count, newest;
static Counters counters;
static Watch watches[EVENT_KINDS][4];

const char *eventName(uint32_t kind) { return kind < EVENT_KINDS ? names[kind] : "unknown"; }
uint32_t eventsCount(void) { return count; }
uint32_t eventsTotal(EventKind kind) { return counters.total[kind]; }
int eventActive(EventKind kind, uint32_t phase) { return watches[kind][phase].active; }

const Event *eventAt(uint32_t back) { return &ring[(newest + EVENT_RING - back) % EVENT_RING]; }

void eventAdd(EventKind kind, uint32_t where, int32_t value) {
    ClockTime now;
    clockTimeRead(&now);
    newest = (newest + 1u) % EVENT_RING;
    if (count < EVENT_RING) count++;
    Event *event = &ring[newest];
    memset(event, 0, sizeof *event);
    event->minutes = clockMinutes(&now);
    event->second = now.second;
    event->kind = (uint8_t)kind;
    event->where = (uint8_t)where;
    event->value = value;
    /* A start is not counted: the battery RAM then does not change with it. */
    if (kind == EVENT_START || counters.total[kind] == 0xFFFFu) return;
    counters.total[kind]++;
    batteryStore(BLOCK_COUNTERS, &counters, sizeof counters);
}

void eventsStart(void) {
    if (!batteryLoad(BLOCK_COUNTERS, &counters, sizeof counters)) {
        memset(&counters, 0, sizeof counters);
        batteryStore(BLOCK_COUNTERS, &counters, sizeof counters);
    }
    eventAdd(EVENT_START, 0, 0);
}

void eventsClear(void) {
    count = 0;
    memset(&counters, 0, sizeof counters);
    memset(watches, 0, sizeof watches);
    batteryStore(BLOCK_COUNTERS, &counters, sizeof counters);
}

/* `above`: the limit is an upper one. */
static void watch(EventKind kind, uint32_t phase, int32_t value, int32_t limit, int above) {
    Watch *state = &watches[kind][phase];
    int32_t slack = scaled(limit, parameter(PARAM_HYSTERESIS), 100);
    int32_t edge = state->active ? (above ? limit - slack : limit + slack) : limit;
    int beyond = above ? value > edge : value < edge;
    if (state->active) {
        state->started++;
        if (above ? value > state->extreme : value < state->extreme) state->extreme = value;
    }
    if (beyond == state->active) {
        state->passing = 0;
        return;
    }
    if (++state->passing < (uint32_t)parameter(PARAM_EVENT_DELAY)) return;
    state->passing = 0;
    state->active = (uint8_t)beyond;
    if (beyond) {
        eventAdd(kind, phase, value);
        state->started = 0;
        state->extreme = value;
        state->entry = (uint8_t)newest;
    } else if (ring[state->entry].kind == kind && ring[state->entry].where == phase) {
        ring[state->entry].ended = 1;
        ring[state->entry].value = state->extreme;
        ring[state->entry].duration = state->started;
    }
}

static void watchPhase(uint32_t phase) {
    const PhaseReading *p = &readings.phase[phase];
    int32_t volts = parameter(PARAM_V_NOMINAL);
    int32_t amps = parameter(PARAM_I_NOMINAL);
    int32_t loss = scaled(volts, parameter(PARAM_PHASE_LOSS), 100);
    watch(EVENT_PHASE_LOSS, phase + 1u, p->volts, loss, 0);
    /* A lost phase is not a sag as well. */
    int32_t sagged = p->volts < loss ? volts : p->volts;
    watch(EVENT_SAG, phase + 1u, sagged, scaled(volts, parameter(PARAM_SAG), 100), 0);
    watch(EVENT_SWELL, phase + 1u, p->volts, scaled(volts, parameter(PARAM_SWELL), 100), 1);
    watch(EVENT_OVER_CURRENT, phase + 1u, p->milliamps, scaled(amps, parameter(PARAM_OVER_CURRENT), 100), 1);
    watch(EVENT_DISTORTION, phase + 1u, spectra[phase].distortion, parameter(PARAM_THD_LIMIT), 1);
#if APP_VERSION >= 110
    watch(EVENT_K_FACTOR, phase + 1u, spectra[PHASES + phase].kFactor, parameter(PARAM_K_LIMIT), 1);
#endif
}

void eventsSecond(void) {
    for (uint32_t phase = 0; phase < PHASES; phase++) watchPhase(phase);
    watch(EVENT_UNBALANCE, 0, readings.voltUnbalance, parameter(PARAM_UNBALANCE), 1);
    watch(EVENT_REVERSE_SEQUENCE, 0, readings.sequence == 2, 0, 1);
    watch(EVENT_REVERSE_POWER, 0, -readings.active, 0, 1);
    /* The limit is in 0.1 kW, the demand in 0.1 W. */
    watch(EVENT_OVER_DEMAND, 0, demandNow(DEMAND_ACTIVE) / 1000, parameter(PARAM_OVER_DEMAND), 1);
    int32_t factor = readings.apparent < 100 ? 1000 : absolute(readings.factor);
    watch(EVENT_LOW_FACTOR, 0, factor, parameter(PARAM_LOW_FACTOR), 0);
#if APP_VERSION >= 120
    watch(EVENT_NEGATIVE_SEQUENCE, 0, (int32_t)quality.negativeShare, parameter(PARAM_NEGATIVE_LIMIT), 1);
#endif
}

void eventText(Text *text, const Event *event) {
    clockMinutesText(text, event->minutes);
    textChar(text, ':');
    textTwo(text, event->second);
    textChar(text, ' ');
    textPut(text, eventName(event->kind));
    if (event->where != 0) {
        textPut(text, " L");
        textNumber(text, event->where, 0);
    }
    textColumn(text, 36);
    textFixed(text, event->value, 0, 8);
    if (event->ended) {
        textPut(text, " for ");
        textNumber(text, event->duration, 0);
        textPut(text, " s");
    }
}
