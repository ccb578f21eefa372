/* What can be changed from afar. */
#ifndef SETTINGS_H
#define SETTINGS_H
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    SAMPLE_SECONDS,
    SAMPLES_PER_SUMMARY,
    BEACON_SECONDS, /* longest time between two */
    DIAGNOSTICS_SECONDS,
    SHOWS_LEDS,
    TEMPERATURE_STEP, /* 0.01 degrees: an alarm when it changes by more */
    LIGHT_STEP, /* lux */
    CLOCK_HOUR, /* of the sink, now */
    SETTINGS
} Setting;

void startSettings(void);
uint16_t setting(Setting which);
/* False: there is no such setting, or it may not have this value. */
bool changeSetting(uint8_t which, uint16_t value);

#endif
