#include "settings.h"

#include "network-time.h"

typedef struct {
    uint16_t lowest, highest, first;
} Range;

static const Range ranges[SETTINGS] = {
    [SAMPLE_SECONDS] = {1, 3600, 10},     [SAMPLES_PER_SUMMARY] = {2, 240, 6}, [BEACON_SECONDS] = {4, 600, 32},
    [DIAGNOSTICS_SECONDS] = {10, 7200, 45}, [SHOWS_LEDS] = {0, 1, 1},            [TEMPERATURE_STEP] = {10, 5000, 200},
    [LIGHT_STEP] = {10, 20000, 500},      [CLOCK_HOUR] = {0, 23, 12},
};
static uint16_t values[SETTINGS];

void startSettings(void) {
    for (uint8_t i = 0; i < SETTINGS; i++) values[i] = ranges[i].first;
}

uint16_t setting(Setting which) { return values[which]; }

static bool isInRange(const Range *range, uint16_t value) {
    return value >= range->lowest && value <= range->highest;
}

bool changeSetting(uint8_t which, uint16_t value) {
    if (which >= SETTINGS || !isInRange(&ranges[which], value)) return false;
    values[which] = value;
    if (which == CLOCK_HOUR) setHour(value);
    return true;
}
