/* Load profile. Entries close on whole intervals of the clock; the first after a start is marked as not whole. */
#include "profile.h"

#include "measure.h"
#include "parameters.h"
#include "support.h"

#define FLAG_PARTIAL 1u

static ProfileEntry ring[PROFILE_ENTRIES];
static uint32_t count, newest;
static struct {
    int64_t active, reactive;
    uint32_t volts[PHASES], milliamps[PHASES];
    uint32_t seconds;
    uint32_t slot; /* interval number since 2000 */
    uint8_t partial;
} open;

uint32_t profileCount(void) { return count; }

const ProfileEntry *profileAt(uint32_t back) {
    return &ring[(newest + PROFILE_ENTRIES - back) % PROFILE_ENTRIES];
}

void profileClear(void) {
    count = 0;
    newest = 0;
}

static void closeInterval(uint32_t minutes, uint32_t tariff) {
    uint32_t seconds = open.seconds;
    ProfileEntry *entry;
    if (seconds == 0) return;
    newest = (newest + 1u) % PROFILE_ENTRIES;
    if (count < PROFILE_ENTRIES) count++;
    entry = &ring[newest];
    entry->minutes = minutes;
    entry->active = (int32_t)(open.active / (int32_t)seconds);
    entry->reactive = (int32_t)(open.reactive / (int32_t)seconds);
    for (uint32_t i = 0; i < PHASES; i++) {
        entry->volts[i] = (uint16_t)(open.volts[i] / seconds);
        entry->centiamps[i] = (uint16_t)(open.milliamps[i] / seconds / 10u);
    }
    int32_t apparent = (int32_t)squareRoot((uint64_t)((int64_t)entry->active * entry->active) +
                                           (uint64_t)((int64_t)entry->reactive * entry->reactive));
    entry->factor = (int16_t)(apparent == 0 ? 0 : scaled(entry->active, 1000, apparent));
    entry->flags = (uint16_t)((open.partial ? FLAG_PARTIAL : 0u) | tariff << 4);
}

void profileSecond(uint32_t minutes, uint32_t tariff) {
    uint32_t length = (uint32_t)parameter(PARAM_PROFILE_MINUTES);
    uint32_t slot = minutes / length;
    if (slot != open.slot) {
        uint8_t first = open.slot == 0;
        closeInterval(slot * length, tariff);
        memset(&open, 0, sizeof open);
        open.slot = slot;
        open.partial = first;
    }
    open.active += readings.active;
    open.reactive += readings.reactive;
    for (uint32_t i = 0; i < PHASES; i++) {
        open.volts[i] += (uint32_t)readings.phase[i].volts;
        open.milliamps[i] += (uint32_t)readings.phase[i].milliamps;
    }
    open.seconds++;
}
