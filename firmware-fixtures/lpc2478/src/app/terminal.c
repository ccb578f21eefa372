/* The metering side: starts its parts and gives each its second. */
#include "terminal.h"

#include "clocktime.h"
#include "console.h"
#include "control.h"
#include "days.h"
#include "demand.h"
#include "display.h"
#include "energy.h"
#include "events.h"
#include "fault.h"
#include "harmonics.h"
#include "measure.h"
#include "parameters.h"
#include "profile.h"
#include "quality.h"
#include "sampling.h"
#include "statistics.h"
#include "tariff.h"

static uint32_t tariff;
static uint8_t lastMinute = 0xFF;

void terminalStart(void) {
    clockTimeStart();
    parametersStart();
    energyStart();
    demandStart();
    eventsStart();
    faultStart();
    samplingStart();
#if APP_VERSION >= 110
    daysStart();
#endif
#if APP_VERSION >= 120
    controlStart();
#endif
}

static void minute(const ClockTime *now) {
    uint32_t next = tariffAt(now);
    if (tariff != 0 && next != tariff) {
        energyKeep();
        eventAdd(EVENT_TARIFF, 0, (int32_t)next);
    }
    tariff = next;
    energyKeep();
#if APP_VERSION >= 110
    daysMinute(now);
#endif
}

/* The readings are those of the burst that the last second asked for. */
void terminalSecond(void) {
    ClockTime now;
    clockTimeRead(&now);
    if (now.minute != lastMinute) {
        lastMinute = now.minute;
        minute(&now);
    }
    if (readings.bursts != 0) {
        uint32_t minutes = clockMinutes(&now);
        energySecond(tariff);
        demandSecond(tariff, minutes);
        profileSecond(minutes, tariff);
        statisticsSecond(minutes, minutes / 1440u, now.year * 12u + now.month);
#if APP_VERSION >= 120
        qualitySecond();
        controlSecond();
#endif
        eventsSecond();
    }
    displaySecond();
    samplingTrigger();
}

void terminalPoll(void) {
    if (samplingTake()) {
        measureBurst();
        harmonicsNext();
    }
    consolePoll();
}
