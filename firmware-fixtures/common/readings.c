/* Data units of the station's queries. Layouts: README.md beside the sources, "Data units".
   Source: Q/GDW 376.1 for AFN and Fn; the contents of F25, F33 and the like are simplified. */
#include "clocktime.h"
#include "demand.h"
#include "energy.h"
#include "events.h"
#include "harmonics.h"
#include "measure.h"
#include "parameters.h"
#include "profile.h"
#include "protocol.h"
#include "statistics.h"
#include "support.h"
#include "tariff.h"
#include "version.h"
#if APP_VERSION >= 110
#include "days.h"
#endif
#if APP_VERSION >= 120
#include "control.h"
#include "quality.h"
#endif

static uint8_t *cursor;

static void add8(uint32_t value) { *cursor++ = (uint8_t)value; }
static void add16(uint32_t value) {
    put16(cursor, value);
    cursor += 2;
}
static void add32(uint32_t value) {
    put32(cursor, value);
    cursor += 4;
}
/* Unsigned BCD of `bytes` bytes, low byte first. */
static void addBcd(uint32_t value, uint32_t bytes) {
    while (bytes-- != 0) {
        add8(bcdOf(value % 100u));
        value /= 100u;
    }
}
static void addMinutes(uint32_t minutes) {
    ClockTime at;
    clockFromMinutes(minutes, &at);
    addBcd(at.minute, 1);
    addBcd(at.hour, 1);
    addBcd(at.day, 1);
    addBcd(at.month, 1);
    addBcd(at.year % 100u, 1);
}

static void begin(Reply *reply) { cursor = reply->data; }
static int finish(Reply *reply) {
    reply->kind = REPLY_DATA;
    reply->count = (uint32_t)(cursor - reply->data);
    return 1;
}

static void classClock(void) {
    ClockTime now;
    clockTimeRead(&now);
    addBcd(now.second, 1);
    addBcd(now.minute, 1);
    addBcd(now.hour, 1);
    addBcd(now.day, 1);
    add8((uint32_t)now.weekday << 5 | bcdOf(now.month));
    addBcd(now.year % 100u, 1);
}

static void addNow(void) {
    ClockTime now;
    clockTimeRead(&now);
    addMinutes(clockMinutes(&now));
}

/* F25: time; P, Q total and by phase; factors; U and I by phase; neutral; S; frequency. */
static void classReadings(void) {
    addNow();
    add32((uint32_t)readings.active);
    for (uint32_t i = 0; i < PHASES; i++) add32((uint32_t)readings.phase[i].active);
    add32((uint32_t)readings.reactive);
    for (uint32_t i = 0; i < PHASES; i++) add32((uint32_t)readings.phase[i].reactive);
    add16((uint32_t)readings.factor);
    for (uint32_t i = 0; i < PHASES; i++) add16((uint32_t)readings.phase[i].factor);
    for (uint32_t i = 0; i < PHASES; i++) addBcd((uint32_t)readings.phase[i].volts, 2);
    for (uint32_t i = 0; i < PHASES; i++) addBcd((uint32_t)readings.phase[i].milliamps, 3);
    addBcd((uint32_t)readings.neutral, 3);
    add32((uint32_t)readings.apparent);
    addBcd((uint32_t)readings.hertz, 2);
}

/* F33, F34: active import (export) and reactive of the quadrants that go with it, total and by tariff. */
static void classEnergy(int isExport) {
    static const EnergyKind kinds[2][3] = {{ACTIVE_IMPORT, REACTIVE_Q1, REACTIVE_Q4},
                                           {ACTIVE_EXPORT, REACTIVE_Q2, REACTIVE_Q3}};
    addNow();
    add8(TARIFFS);
    for (uint32_t kind = 0; kind < 3; kind++) {
        for (uint32_t tariff = 0; tariff <= TARIFFS; tariff++) {
            addBcd(energyOf(kinds[isExport][kind], tariff), 4);
        }
    }
}

/* F35: maximum demand of the month by tariff, with its time. */
static void classDemand(void) {
    addNow();
    add8(TARIFFS);
    for (uint32_t kind = 0; kind < DEMAND_KINDS; kind++) {
        for (uint32_t tariff = 1; tariff <= TARIFFS; tariff++) {
            const MaximumDemand *best = demandMaximum((DemandKind)kind, tariff);
            addBcd((uint32_t)best->deciwatts, 4);
            addMinutes(best->minutes);
        }
    }
}

/* F57: harmonic shares of each channel. */
static void classHarmonics(void) {
    add8(HARMONICS_MAX);
    for (uint32_t channel = 0; channel < CHANNELS; channel++) {
        addBcd(spectra[channel].distortion, 2);
        for (uint32_t order = 2; order <= HARMONICS_MAX; order++) {
            addBcd(spectra[channel].share[order - 1u], 2);
        }
    }
}

#if APP_VERSION >= 110
/* F49: angles and K factors. */
static void classAngles(void) {
    for (uint32_t channel = 0; channel < CHANNELS; channel++) add16((uint32_t)spectra[channel].angle);
    for (uint32_t channel = PHASES; channel < CHANNELS; channel++) addBcd(spectra[channel].kFactor, 2);
}
#endif

#if APP_VERSION >= 120
/* F50: sequence components and the table of sags. */
static void classQuality(void) {
    add32((uint32_t)quality.positive);
    add32((uint32_t)quality.negative);
    add32((uint32_t)quality.zero);
    addBcd(quality.negativeShare, 2);
    addBcd(quality.zeroShare, 2);
    for (uint32_t depth = 0; depth < DEPTHS; depth++) {
        for (uint32_t i = 0; i < DURATIONS; i++) add16(quality.sags[depth][i]);
    }
    for (uint32_t i = 0; i < DURATIONS; i++) add16(quality.swells[i]);
    add8(controlShed());
}
#endif

int readingsClass1(const Request *request, Reply *reply) {
    begin(reply);
    if (request->pn == 0) {
        if (request->fn == 2) classClock();
        else if (request->fn == 7) {
            /* F7: event counters. */
            add8(EVENT_KINDS);
            for (uint32_t kind = 0; kind < EVENT_KINDS; kind++) add16(eventsTotal((EventKind)kind));
        } else return 0;
        return finish(reply);
    }
    if (request->pn != 1) return 0;
    switch (request->fn) {
        case 25: classReadings(); break;
        case 33: classEnergy(0); break;
        case 34: classEnergy(1); break;
        case 35: classDemand(); break;
        case 57: classHarmonics(); break;
#if APP_VERSION >= 110
        case 49: classAngles(); break;
#endif
#if APP_VERSION >= 120
        case 50: classQuality(); break;
#endif
        default: return 0;
    }
    return finish(reply);
}

/* F81 to F84 of class 2 take a first entry (0 = newest) and a count. */
static int entriesAsked(const Request *request, uint32_t available, uint32_t most, uint32_t *first,
                        uint32_t *count) {
    if (request->count < 3) return 0;
    *first = get16(request->data);
    *count = request->data[2];
    if (*first >= available) *count = 0;
    else if (*count > available - *first) *count = available - *first;
    if (*count > most) *count = most;
    add8(*count);
    return 1;
}

static void addVoltageStatistics(Span span) {
    for (uint32_t phase = 0; phase < PHASES; phase++) {
        const VoltageStatistics *v = statisticsVoltage(span, phase);
        addBcd(v->highest, 2);
        addMinutes(v->highestAt);
        addBcd(v->seconds == 0 ? 0 : v->lowest, 2);
        addMinutes(v->lowestAt);
        addBcd(v->seconds == 0 ? 0 : v->sum / v->seconds, 2);
        addBcd(v->secondsHigh / 60u, 2);
        addBcd(v->secondsLow / 60u, 2);
        addBcd(statisticsQualified(v), 3);
    }
}

static void addLoadStatistics(Span span) {
    const LoadStatistics *load = statisticsLoad(span);
    add32((uint32_t)load->highest);
    addMinutes(load->highestAt);
    add32((uint32_t)load->lowest);
    addMinutes(load->lowestAt);
    add32(load->seconds == 0 ? 0 : (uint32_t)(load->sum / (int32_t)load->seconds));
    add32(load->secondsReverse);
}

int readingsClass2(const Request *request, Reply *reply) {
    uint32_t first, count;
    begin(reply);
#if NODE_VERSION >= 6
    if (request->pn == 0 && request->fn == 3) {
        /* How much of each there is to be read. */
        add8(profileCount());
        add8(eventsCount());
        add8(PARAM_COUNT);
        return finish(reply);
    }
#endif
#if NODE_VERSION >= 8
    if (request->pn == 0 && request->fn == 2) {
        /* What is measured, and how finely. */
        add8(PHASES);
        add8(HARMONICS_MAX);
        add16(SAMPLE_HZ);
        return finish(reply);
    }
#endif
    if (request->pn != 1) return 0;
    switch (request->fn) {
        case 27: addVoltageStatistics(SPAN_DAY); break;
        case 28: addLoadStatistics(SPAN_DAY); break;
        case 35: addVoltageStatistics(SPAN_MONTH); break;
        case 36: addLoadStatistics(SPAN_MONTH); break;
        case 81:
            if (!entriesAsked(request, profileCount(), 16, &first, &count)) return 0;
            for (uint32_t i = 0; i < count; i++) {
                const ProfileEntry *entry = profileAt(first + i);
                addMinutes(entry->minutes);
                add32((uint32_t)entry->active);
                add32((uint32_t)entry->reactive);
                for (uint32_t p = 0; p < PHASES; p++) addBcd(entry->volts[p], 2);
                for (uint32_t p = 0; p < PHASES; p++) addBcd(entry->centiamps[p], 2);
                add16((uint32_t)entry->factor);
                add8(entry->flags);
            }
            break;
#if APP_VERSION >= 110
        case 1:
            if (!entriesAsked(request, daysCount(), DAYS_KEPT, &first, &count)) return 0;
            for (uint32_t i = 0; i < count; i++) {
                const FrozenDay *day = dayAt(first + i);
                addMinutes(day->minutes);
                for (uint32_t kind = 0; kind < ENERGY_KINDS; kind++) addBcd(day->total[kind], 4);
                for (uint32_t t = 0; t < TARIFFS; t++) addBcd(day->import[t], 4);
                addBcd((uint32_t)day->highestDemand, 4);
                addBcd(day->qualified, 3);
            }
            break;
#endif
        default: return 0;
    }
#if NODE_VERSION >= 5
    if (request->fn == 27 || request->fn == 35) {
        /* The present voltages, to compare with. */
        addNow();
        for (uint32_t i = 0; i < PHASES; i++) addBcd((uint32_t)readings.phase[i].volts, 2);
    }
#endif
    return finish(reply);
}

/* AFN 0E F1: events from the newest on. */
int readingsEvents(const Request *request, Reply *reply) {
    uint32_t first, count;
    begin(reply);
    if (request->fn != 1 || request->pn != 0) return 0;
    if (!entriesAsked(request, eventsCount(), 24, &first, &count)) return 0;
    for (uint32_t i = 0; i < count; i++) {
        const Event *event = eventAt(first + i);
#if NODE_VERSION >= 3
        /* A fourth byte asks for one kind only. */
        if (request->count > 3 && event->kind != request->data[3]) {
            reply->data[0]--;
            continue;
        }
#endif
        add8(event->kind);
        add8(event->where | event->ended << 7);
        addBcd(event->second, 1);
        addMinutes(event->minutes);
        add32((uint32_t)event->value);
        add32(event->duration);
    }
    return finish(reply);
}

/* AFN 09: F1 version, F2 what the terminal can do. */
int readingsConfiguration(const Request *request, Reply *reply) {
    static const char text[] = "FLRGTERM2478" VERSION_TEXT;
#if APP_VERSION >= 120
    static const uint8_t date[3] = {0x26, 0x11, 0x25};
#elif APP_VERSION >= 110
    static const uint8_t date[3] = {0x14, 0x08, 0x25};
#else
    static const uint8_t date[3] = {0x03, 0x03, 0x25};
#endif
    static const char hardware[] = "504K+64K   3761HW01";
    static const uint8_t hardwareDate[3] = {0x06, 0x01, 0x24};
    begin(reply);
    if (request->pn != 0) return 0;
    if (request->fn == 1) {
        memcpy(cursor, text, sizeof text - 1);
        memcpy(cursor + 16, date, sizeof date);
        memcpy(cursor + 19, hardware, sizeof hardware - 1);
        memcpy(cursor + 38, hardwareDate, sizeof hardwareDate);
        cursor += 41;
    } else if (request->fn == 2) {
        add8(1); /* measuring points */
        add8(TARIFFS);
        add8(HARMONICS_MAX);
        add16(PROFILE_ENTRIES);
        add16(EVENT_RING);
        add16(PARAM_COUNT);
    } else {
        return 0;
    }
    return finish(reply);
}

/* AFN 04: F1 to F<n> set parameter n; F201 sets the clock. */
int parametersSet(const Request *request, Reply *reply) {
    (void)reply;
    if (request->pn != 0 || request->count < PASSWORD_BYTES) return 0;
    uint32_t count = request->count - PASSWORD_BYTES;
    if (request->fn == 201 && count == 6) {
        const uint8_t *d = request->data;
        ClockTime wanted = {(uint8_t)fromBcd(d[0]), (uint8_t)fromBcd(d[1]), (uint8_t)fromBcd(d[2]),
                            (uint8_t)fromBcd(d[3]), (uint8_t)fromBcd(d[4] & 0x1F), 1,
                            (uint16_t)(2000u + fromBcd(d[5]))};
        if (!clockTimeSet(&wanted)) return 0;
        eventAdd(EVENT_CLOCK_SET, 0, 0);
        return 1;
    }
    if (count != 4 || request->fn > PARAM_COUNT) return 0;
    if (!parameterSet(request->fn - 1u, (int32_t)get32(request->data))) return 0;
    eventAdd(EVENT_PARAMETER, 0, request->fn - 1);
    return 1;
}

/* AFN 0A: a parameter with its limits. */
int parametersQuery(const Request *request, Reply *reply) {
    if (request->pn != 0 || request->fn > PARAM_COUNT) return 0;
    const FLASH_TABLE Parameter *each = &parameters[request->fn - 1];
    begin(reply);
    add32((uint32_t)parameter((ParameterName)(request->fn - 1)));
    add32((uint32_t)each->least);
    add32((uint32_t)each->most);
    add8(each->decimals);
    return finish(reply);
}
