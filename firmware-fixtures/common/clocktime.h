/* Calendar time from the RTC, and arithmetic on it. */
#ifndef CLOCKTIME_H
#define CLOCKTIME_H

#include <stdint.h>

#include "text.h"

typedef struct {
    uint8_t second, minute, hour, day, month, weekday; /* weekday: 1 Monday .. 7 Sunday */
    uint16_t year;
} ClockTime;

void clockTimeStart(void);
void clockTimeRead(ClockTime *time);
/* Returns 0 for a date that does not exist. */
int clockTimeSet(const ClockTime *time);
uint32_t clockDaysInMonth(uint32_t year, uint32_t month);
uint32_t clockWeekday(uint32_t year, uint32_t month, uint32_t day);
/* Minutes since 2000-01-01 00:00. */
uint32_t clockMinutes(const ClockTime *time);
void clockFromMinutes(uint32_t minutes, ClockTime *time);
int clockValid(const ClockTime *time);
void clockText(Text *text, const ClockTime *time);
void clockMinutesText(Text *text, uint32_t minutes);
uint8_t bcdOf(uint32_t value);
uint32_t fromBcd(uint8_t bcd);

#endif
