/* What the node measures, second by second. The readings are those of the burst that the last second asked for. */
#include "meter.h"

#include "clocktime.h"
#include "demand.h"
#include "energy.h"
#include "events.h"
#include "harmonics.h"
#include "indicators.h"
#include "measure.h"
#include "parameters.h"
#include "profile.h"
#include "sampling.h"
#include "softclock.h"
#include "statistics.h"
#include "tariff.h"

static uint8_t tariff;
static uint8_t lastMinute = 0xFF;

void meterStart(void) {
    indicatorsStart();
    clockTimeStart();
    parametersStart();
    energyStart();
    demandStart();
    eventsStart();
    samplingStart();
}

void meterSecond(void) {
    ClockTime now;
    clockSecond();
    clockTimeRead(&now);
    if (now.minute != lastMinute) {
        uint8_t next = (uint8_t)tariffAt(&now);
        lastMinute = now.minute;
        if (tariff != 0 && next != tariff) eventAdd(EVENT_TARIFF, 0, next);
        tariff = next;
    }
    if (readings.bursts != 0) {
        uint32_t minutes = clockMinutes(&now);
        energySecond(tariff);
        demandSecond(tariff, minutes);
        profileSecond(minutes, tariff);
        statisticsSecond(minutes, minutes / 1440u, now.year * 12u + now.month);
        eventsSecond();
    }
    indicatorsSecond();
    samplingTrigger();
}

void meterPoll(void) {
    if (!samplingTake()) return;
    measureBurst();
    harmonicsNext();
}
