/* Calendar clock counted in software, for want of a real-time clock. It begins anew with each start until the station
   sets it. Left out: correction of the crystal. */
#include "softclock.h"

#include "clocktime.h"

static uint32_t minutes;
static uint8_t second;

void clockTimeStart(void) {
    static const ClockTime first = {0, 0, 0, 1, 1, 4, 2026};
    clockTimeSet(&first);
}

void clockTimeRead(ClockTime *time) {
    clockFromMinutes(minutes, time);
    time->second = second;
}

int clockTimeSet(const ClockTime *time) {
    if (!clockValid(time)) return 0;
    minutes = clockMinutes(time);
    second = time->second;
    return 1;
}

void clockSecond(void) {
    if (++second < 60) return;
    second = 0;
    minutes++;
}
