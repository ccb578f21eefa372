/* Daily freeze into battery RAM. A freeze that the terminal slept through is made up for at the next start. */
#include "days.h"

#if APP_VERSION >= 110
#include "battery.h"
#include "demand.h"
#include "events.h"
#include "parameters.h"
#include "statistics.h"
#include "support.h"

typedef struct {
    uint32_t count, newest;
    uint32_t nextMinutes;
    FrozenDay days[DAYS_KEPT];
} Store;
static Store store;

static uint32_t followingFreeze(const ClockTime *now) {
    ClockTime at = *now;
    at.hour = (uint8_t)parameter(PARAM_FREEZE_HOUR);
    at.minute = 0;
    uint32_t minutes = clockMinutes(&at);
    return minutes > clockMinutes(now) ? minutes : minutes + 1440u;
}

void daysStart(void) {
    if (!batteryLoad(BLOCK_DAYS, &store, sizeof store)) memset(&store, 0, sizeof store);
}

static void freeze(uint32_t minutes) {
    store.newest = (store.newest + 1u) % DAYS_KEPT;
    if (store.count < DAYS_KEPT) store.count++;
    FrozenDay *day = &store.days[store.newest];
    day->minutes = minutes;
    for (uint32_t kind = 0; kind < ENERGY_KINDS; kind++) {
        day->total[kind] = energyOf((EnergyKind)kind, 0);
    }
    day->highestDemand = 0;
    for (uint32_t tariff = 1; tariff <= TARIFFS; tariff++) {
        day->import[tariff - 1u] = energyOf(ACTIVE_IMPORT, tariff);
        int32_t demand = demandMaximum(DEMAND_ACTIVE, tariff)->deciwatts;
        if (demand > day->highestDemand) day->highestDemand = demand;
    }
    day->qualified = 10000;
    for (uint32_t phase = 0; phase < PHASES; phase++) {
        const VoltageStatistics *voltage = statisticsVoltage(SPAN_DAY, phase);
        day->lowestVolts[phase] = voltage->lowest;
        day->highestVolts[phase] = voltage->highest;
        uint32_t qualified = statisticsQualified(voltage);
        if (qualified < day->qualified) day->qualified = qualified;
    }
    eventAdd(EVENT_FREEZE, 0, (int32_t)day->total[ACTIVE_IMPORT]);
}

void daysMinute(const ClockTime *now) {
    uint32_t minutes = clockMinutes(now);
    if (store.nextMinutes == 0 || store.nextMinutes > minutes + 1440u) {
        store.nextMinutes = followingFreeze(now);
    } else if (minutes >= store.nextMinutes) {
        freeze(minutes);
        store.nextMinutes = followingFreeze(now);
    } else {
        return;
    }
    batteryStore(BLOCK_DAYS, &store, sizeof store);
}

uint32_t daysCount(void) { return store.count; }
const FrozenDay *dayAt(uint32_t back) {
    return &store.days[(store.newest + DAYS_KEPT - back) % DAYS_KEPT];
}
#endif
