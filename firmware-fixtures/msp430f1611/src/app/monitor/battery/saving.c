#include "saving.h"

#include <stdbool.h>

#include "event-log.h"
#include "leds.h"
#include "settings.h"

typedef struct {
    Setting which;
    uint16_t low, critical;
} Saving;

static const Saving savings[] = {
    {SHOWS_LEDS, 0, 0},
    {DIAGNOSTICS_SECONDS, 600, 7200},
    {SAMPLES_PER_SUMMARY, 24, 60},
};
#define SAVINGS (sizeof savings / sizeof savings[0])

static uint16_t before[SAVINGS];
static bool isSaving;

static void rememberSettings(void) {
    for (uint8_t i = 0; i < SAVINGS; i++) before[i] = setting(savings[i].which);
    isSaving = true;
}

static void restoreSettings(void) {
    for (uint8_t i = 0; i < SAVINGS; i++) changeSetting(savings[i].which, before[i]);
    isSaving = false;
}

static void applyLevel(BatteryLevel level) {
    for (uint8_t i = 0; i < SAVINGS; i++) {
        changeSetting(savings[i].which, level == BATTERY_LOW ? savings[i].low : savings[i].critical);
    }
    setLeds(0);
}

void saveAt(BatteryLevel level) {
    logEvent(EVENT_BATTERY, level);
    if (level == BATTERY_GOOD) {
        if (isSaving) restoreSettings();
        return;
    }
    if (!isSaving) rememberSettings();
    applyLevel(level);
}
