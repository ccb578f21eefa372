/* Sliding demand with five sub-intervals. Left out: block demand with external synchronisation. */
#include "demand.h"

#include "battery.h"
#include "measure.h"
#include "parameters.h"
#include "support.h"

#define PARTS 5u

typedef struct {
    MaximumDemand maximum[DEMAND_KINDS][TARIFFS];
} Maxima;

static Maxima maxima;
static int64_t running[DEMAND_KINDS];
static int32_t part[DEMAND_KINDS][PARTS];
static uint32_t seconds, partsDone, nextPart;

void demandReset(void) {
    memset(&maxima, 0, sizeof maxima);
    batteryStore(BLOCK_DEMAND, &maxima, sizeof maxima);
}

void demandStart(void) {
    if (!batteryLoad(BLOCK_DEMAND, &maxima, sizeof maxima)) demandReset();
}

static uint32_t partSeconds(void) { return (uint32_t)parameter(PARAM_DEMAND_MINUTES) * 60u / PARTS; }

static int32_t meanOfParts(DemandKind kind) {
    int64_t sum = 0;
    if (partsDone == 0) return 0;
    for (uint32_t i = 0; i < partsDone; i++) sum += part[kind][i];
    return (int32_t)(sum / (int32_t)partsDone);
}

static void compare(DemandKind kind, uint32_t tariff, uint32_t minutes) {
    MaximumDemand *best = &maxima.maximum[kind][tariff - 1u];
    int32_t mean = meanOfParts(kind);
    if (partsDone < PARTS || mean <= best->deciwatts) return;
    best->deciwatts = mean;
    best->minutes = minutes;
    batteryStore(BLOCK_DEMAND, &maxima, sizeof maxima);
}

void demandSecond(uint32_t tariff, uint32_t minutes) {
    running[DEMAND_ACTIVE] += readings.active;
    running[DEMAND_REACTIVE] += absolute(readings.reactive);
    if (++seconds < partSeconds()) return;
    for (uint32_t kind = 0; kind < DEMAND_KINDS; kind++) {
        part[kind][nextPart] = (int32_t)(running[kind] / (int32_t)seconds);
        running[kind] = 0;
    }
    seconds = 0;
    nextPart = (nextPart + 1u) % PARTS;
    if (partsDone < PARTS) partsDone++;
    for (uint32_t kind = 0; kind < DEMAND_KINDS; kind++) compare((DemandKind)kind, tariff, minutes);
}

int32_t demandNow(DemandKind kind) { return meanOfParts(kind); }

int32_t demandForecast(void) {
    uint32_t whole = partSeconds();
    int64_t expected = running[DEMAND_ACTIVE] + (int64_t)readings.active * (int32_t)(whole - seconds);
    int64_t sum = expected / (int32_t)whole;
    uint32_t parts = 1;
    for (uint32_t i = 0; i < partsDone; i++) {
        if (partsDone == PARTS && i == nextPart) continue;
        sum += part[DEMAND_ACTIVE][i];
        parts++;
    }
    return (int32_t)(sum / (int32_t)parts);
}

const MaximumDemand *demandMaximum(DemandKind kind, uint32_t tariff) {
    return &maxima.maximum[kind][tariff - 1u];
}
