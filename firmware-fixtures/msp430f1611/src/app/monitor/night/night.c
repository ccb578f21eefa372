/* By the network's clock; while no beacon has ever set it, by darkness. */
#include "night.h"

#include <stdint.h>

#include "beacons.h"
#include "clock.h"
#include "network-time.h"
#include "parent.h"
#include "sampler.h"
#include "timers.h"

#define NIGHT_BEGINS 22
#define NIGHT_ENDS 6
#define DARK_LUX 10
#define DARK_LOOKS 6
#define LOOK_SECONDS 10
#define SILENT_SECONDS 90

static void lookFired(void);
static Timer lookTimer = {.fired = lookFired};
static uint32_t sinkHeardAtS;
static uint16_t nightsSpent;
static uint8_t darkLooks;
static bool wasSinkHeard;
static bool isQuiet;

static bool isLate(void) {
    uint8_t hour = hourOfDay();
    return hour >= NIGHT_BEGINS || hour < NIGHT_ENDS;
}

static void lookAtLight(void) {
    if (lastSample()->values[LIGHT] >= DARK_LUX) darkLooks = 0;
    else if (darkLooks < DARK_LOOKS) darkLooks++;
}

static bool isDark(void) { return darkLooks >= DARK_LOOKS; }
static bool isNight(void) { return wasSinkHeard ? isLate() : isDark(); }
static bool isSinkSilent(void) { return clockSeconds() - sinkHeardAtS >= SILENT_SECONDS; }

static void becomeQuiet(void) {
    isQuiet = true;
    nightsSpent++;
}

static void wakeUp(void) {
    isQuiet = false;
    hastenBeacons();
}

void noteSinkAlive(void) {
    sinkHeardAtS = clockSeconds();
    wasSinkHeard = true;
    if (isQuiet) wakeUp();
}

static void lookFired(void) {
    bool shouldBeQuiet;
    lookAtLight();
    shouldBeQuiet = isNight() && isSinkSilent();
    if (shouldBeQuiet && !isQuiet) becomeQuiet();
    if (!shouldBeQuiet && isQuiet) wakeUp();
}

bool maySend(void) { return isSink() || !isQuiet; }

void startNight(void) {
    sinkHeardAtS = clockSeconds();
    startPeriodic(&lookTimer, (uint32_t)LOOK_SECONDS * MS_PER_SECOND);
}
