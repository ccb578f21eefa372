#include "sleep.h"

#include <stdbool.h>

#include "arithmetic.h"
#include "battery.h"
#include "beacons.h"
#include "clock.h"
#include "forwarding.h"
#include "messages.h"
#include "parent.h"
#include "radio-guard.h"
#include "radio.h"
#include "timers.h"

#define NO_STRETCH 16
#define LONGEST_STRETCH 160
/* Above this nothing is stretched. */
#define FULL_PERCENT 80
#define LONGEST_SECONDS 3600
#define AWAKE_SECONDS 6
#define ASLEEP_SECONDS 5

static void turnFired(void);
static Timer turnTimer = {.fired = turnFired};
static uint8_t factor = NO_STRETCH;
static uint16_t sleeps;

uint8_t stretch(void) { return factor; }

uint16_t stretchedSeconds(uint16_t seconds) {
    uint32_t stretched = (uint32_t)seconds * factor / NO_STRETCH;
    return stretched > LONGEST_SECONDS ? LONGEST_SECONDS : (uint16_t)stretched;
}

static uint8_t stretchFor(uint8_t percent) {
    if (percent >= FULL_PERCENT) return NO_STRETCH;
    return NO_STRETCH + (uint8_t)scale(FULL_PERCENT - percent, LONGEST_STRETCH - NO_STRETCH, FULL_PERCENT);
}

/* The sink listens always, and nobody sleeps with something to send. */
static bool mayRadioSleep(void) {
    return batteryLevel() == BATTERY_CRITICAL && !isSink() && isForwardingIdle() && queuedMessages() == 0 && !isSending();
}

static void turnIn(uint16_t seconds) { startOneShot(&turnTimer, (uint32_t)seconds * MS_PER_SECOND); }

static void putRadioToSleep(void) {
    sleeps++;
    stopGuardedRadio();
    turnIn(stretchedSeconds(ASLEEP_SECONDS));
}

static void wakeRadio(void) {
    startGuardedRadio(ownAddress());
    hastenBeacons();
    turnIn(AWAKE_SECONDS);
}

static void turnFired(void) {
    if (!isRadioOn()) wakeRadio();
    else if (mayRadioSleep()) putRadioToSleep();
    else if (batteryLevel() == BATTERY_CRITICAL) turnIn(AWAKE_SECONDS);
}

void adaptSleep(void) {
    factor = stretchFor(batteryPercent());
    if (batteryLevel() == BATTERY_CRITICAL && !isTimerRunning(&turnTimer)) turnIn(AWAKE_SECONDS);
}
