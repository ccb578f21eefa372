/* Battery: time (4), mV now and on average (2 each), percent, level (1 each), mV lost an hour, hours left (2 each),
   stretch (1). */
#include "battery.h"

#include <stdbool.h>

#include "adc.h"
#include "arithmetic.h"
#include "clock.h"
#include "forwarding.h"
#include "message-types.h"
#include "network-time.h"
#include "packing.h"
#include "saving.h"
#include "sleep.h"
#include "supply.h"
#include "timers.h"
#include "voltage-history.h"
#include "voltage-trend.h"

#define FIRST_CHECK_MS 3000
#define CHECK_SECONDS 20
#define CHECKS_PER_REPORT 3
#define SMOOTHING 1
#define LOW_MILLIVOLTS 2600
#define CRITICAL_MILLIVOLTS 2350
/* A level is left upwards only by this much. */
#define RECOVERY_MILLIVOLTS 60
#define UNKNOWN_HOURS 0xFFFF

typedef struct {
    uint16_t millivolts;
    uint8_t percent;
} Point;

static void checkFired(void);
static void settledFired(void);
static Timer checkTimer = {.fired = checkFired};
static Timer settledTimer = {.fired = settledFired};
static uint16_t present;
static uint16_t mean;
static uint8_t checksUntilReport;
static BatteryLevel level;

/* Two alkaline cells under a small load. */
static const Point curve[] = {{3000, 100}, {2800, 75}, {2600, 45}, {2400, 20}, {2200, 5}, {2000, 0}};
#define POINTS (sizeof curve / sizeof curve[0])

BatteryLevel batteryLevel(void) { return level; }

static uint8_t between(const Point *upper, const Point *lower, uint16_t millivolts) {
    uint16_t span = upper->millivolts - lower->millivolts;
    return lower->percent + (uint8_t)scale(millivolts - lower->millivolts, upper->percent - lower->percent, span);
}

static uint8_t percentOf(uint16_t millivolts) {
    if (millivolts >= curve[0].millivolts) return 100;
    for (uint8_t i = 1; i < POINTS; i++) {
        if (millivolts >= curve[i].millivolts) return between(&curve[i - 1], &curve[i], millivolts);
    }
    return 0;
}

uint8_t batteryPercent(void) { return percentOf(mean); }

static uint16_t lowerEdge(BatteryLevel of) { return of == BATTERY_GOOD ? LOW_MILLIVOLTS : CRITICAL_MILLIVOLTS; }

static BatteryLevel levelOf(uint16_t millivolts) {
    BatteryLevel found = BATTERY_GOOD;
    while (found < BATTERY_CRITICAL && millivolts < lowerEdge(found)) found++;
    return found;
}

static bool updateLevel(void) {
    BatteryLevel now = levelOf(mean);
    if (now < level && mean < lowerEdge(now) + RECOVERY_MILLIVOLTS) return false;
    if (now == level) return false;
    level = now;
    saveAt(level);
    return true;
}

static uint16_t hoursLeft(void) {
    uint16_t empty = curve[POINTS - 1].millivolts;
    uint16_t lost = lostPerHour();
    if (lost == 0) return UNKNOWN_HOURS;
    return mean > empty ? (mean - empty) / lost : 0;
}

static void sendBattery(void) {
    uint8_t content[MAX_CONTENT_BYTES];
    Writer writer = writerOn(content, sizeof content);
    write32(&writer, networkSeconds());
    write16(&writer, present);
    write16(&writer, mean);
    write8(&writer, batteryPercent());
    write8(&writer, level);
    write16(&writer, lostPerHour());
    write16(&writer, hoursLeft());
    write8(&writer, stretch());
    submitContent(CONTENT_BATTERY, content, writer.used);
    checksUntilReport = CHECKS_PER_REPORT;
}

static void takeVoltage(uint16_t millivolts) {
    present = millivolts;
    if (mean == 0) mean = millivolts;
    mean = moveTowards(mean, millivolts, SMOOTHING);
    addToTrend(mean, CHECK_SECONDS);
    addToHistory(millivolts);
}

static void checkFired(void) {
    startOneShot(&checkTimer, (uint32_t)CHECK_SECONDS * MS_PER_SECOND);
    adcOn();
    startOneShot(&settledTimer, ADC_SETTLE_MS);
}

static void settledFired(void) {
    uint16_t millivolts = measureSupply();
    adcOff();
    if (millivolts == 0) return;
    takeVoltage(millivolts);
    bool isNews = updateLevel();
    adaptSleep();
    if (isNews || --checksUntilReport == 0) sendBattery();
}

void startBattery(void) {
    checksUntilReport = 1;
    startOneShot(&checkTimer, FIRST_CHECK_MS);
}
