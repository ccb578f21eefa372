/* Seconds since the last setting, corrected by the drift found so far. A whole day may pass between two settings:
   elapsed seconds times a drift of less than 2^10 fit 32 bits. */
#include "network-time.h"

#include "arithmetic.h"
#include "clock.h"
#include "settings.h"

#define SECONDS_PER_HOUR 3600UL
#define HOURS_PER_DAY 24
/* Drift is in 1 / 2^20: about 1 ppm. */
#define DRIFT_SHIFT 20
#define LONGEST_SLEW 2
#define SHORTEST_SPAN 600
#define LARGEST_DRIFT 200

static uint32_t setAtS; /* own clock */
static uint32_t setTo; /* sink's clock */
static uint32_t spanFromS; /* own clock: where the drift is measured from */
static uint32_t spanFrom; /* sink's clock */
static int16_t drift;

static int32_t correction(uint32_t elapsed) { return (int32_t)elapsed * drift / (1L << DRIFT_SHIFT); }

uint32_t networkSeconds(void) {
    uint32_t elapsed = clockSeconds() - setAtS;
    return setTo + elapsed + (uint32_t)correction(elapsed);
}

static void beginSpan(uint32_t seconds) {
    spanFromS = clockSeconds();
    spanFrom = seconds;
}

static int16_t limitDrift(int32_t found) {
    if (found > LARGEST_DRIFT) return LARGEST_DRIFT;
    return found < -LARGEST_DRIFT ? -LARGEST_DRIFT : (int16_t)found;
}

/* Both clocks count whole seconds: only a long span says something. */
static void measureDrift(uint32_t seconds) {
    uint32_t own = clockSeconds() - spanFromS;
    int16_t gained = limit16((int32_t)(seconds - spanFrom - own));
    if (own < SHORTEST_SPAN) return;
    drift = limitDrift((int32_t)gained * ((1L << DRIFT_SHIFT) / (int32_t)own));
    beginSpan(seconds);
}

static int16_t errorOf(uint32_t seconds) { return limit16((int32_t)(seconds - networkSeconds())); }

void setNetworkSeconds(uint32_t seconds) {
    if (magnitude(errorOf(seconds)) > LONGEST_SLEW) beginSpan(seconds);
    else measureDrift(seconds);
    setTo = seconds;
    setAtS = clockSeconds();
}

uint8_t hourOfDay(void) { return (uint8_t)(networkSeconds() / SECONDS_PER_HOUR % HOURS_PER_DAY); }
void setHour(uint16_t hour) { setNetworkSeconds(hour * SECONDS_PER_HOUR); }
void startNetworkTime(void) { setHour(setting(CLOCK_HOUR)); }
