/* Statistics. A span starts again when the calendar changes. Permitted range: +7 % and -10 % of nominal
   (GB/T 12325, low-voltage single phase). Left out: statistics across a restart. */
#include "statistics.h"

#include "measure.h"
#include "parameters.h"
#include "support.h"

#define UPPER_PERCENT 107
#define LOWER_PERCENT 90

static VoltageStatistics voltages[SPANS][PHASES];
static LoadStatistics loads[SPANS];
static uint32_t spanNumbers[SPANS];

static void restart(Span span) {
    memset(voltages[span], 0, sizeof voltages[span]);
    memset(&loads[span], 0, sizeof loads[span]);
    for (uint32_t i = 0; i < PHASES; i++) voltages[span][i].lowest = 0xFFFFu;
    loads[span].lowest = 0x7FFFFFFF;
    loads[span].highest = -0x7FFFFFFF;
}

static void addVoltage(VoltageStatistics *to, int32_t volts, uint32_t minutes) {
    int32_t nominal = parameter(PARAM_V_NOMINAL);
    if (volts > to->highest) {
        to->highest = (uint16_t)volts;
        to->highestAt = minutes;
    }
    if (volts < to->lowest) {
        to->lowest = (uint16_t)volts;
        to->lowestAt = minutes;
    }
    to->sum += (uint32_t)volts;
    to->seconds++;
    if (volts * 100 > nominal * UPPER_PERCENT) to->secondsHigh++;
    if (volts * 100 < nominal * LOWER_PERCENT) to->secondsLow++;
}

static void addLoad(LoadStatistics *to, int32_t active, uint32_t minutes) {
    if (active > to->highest) {
        to->highest = active;
        to->highestAt = minutes;
    }
    if (active < to->lowest) {
        to->lowest = active;
        to->lowestAt = minutes;
    }
    to->sum += active;
    to->seconds++;
    if (active < 0) to->secondsReverse++;
}

void statisticsSecond(uint32_t minutes, uint32_t day, uint32_t month) {
    uint32_t numbers[SPANS] = {day, month};
    for (uint32_t span = 0; span < SPANS; span++) {
        if (spanNumbers[span] != numbers[span]) {
            restart((Span)span);
            spanNumbers[span] = numbers[span];
        }
        for (uint32_t i = 0; i < PHASES; i++) {
            addVoltage(&voltages[span][i], readings.phase[i].volts, minutes);
        }
        addLoad(&loads[span], readings.active, minutes);
    }
}

const VoltageStatistics *statisticsVoltage(Span span, uint32_t phase) { return &voltages[span][phase]; }
const LoadStatistics *statisticsLoad(Span span) { return &loads[span]; }

uint32_t statisticsQualified(const VoltageStatistics *of) {
    if (of->seconds == 0) return 0;
    uint32_t good = of->seconds - of->secondsHigh - of->secondsLow;
    return (uint32_t)((uint64_t)good * 10000u / of->seconds);
}
