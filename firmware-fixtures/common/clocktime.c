/* Calendar, and the real-time clock where the part has one. Source: UM10237, chapter "Real-time clock"; weekday by
   Zeller's congruence. Left out: alarms, daylight saving (a terminal keeps standard time). */
#include "clocktime.h"

#include "rtc.h"
#include "support.h"
#include "target.h"

#define FIRST_YEAR 2000u
#define LAST_YEAR 2099u
#define MINUTES_PER_DAY 1440u

static const FLASH_TABLE uint8_t monthDays[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

static int isLeap(uint32_t year) { return (year % 4u == 0 && year % 100u != 0) || year % 400u == 0; }

uint32_t clockDaysInMonth(uint32_t year, uint32_t month) {
    return monthDays[month - 1u] + (uint32_t)(month == 2 && isLeap(year));
}

uint32_t clockWeekday(uint32_t year, uint32_t month, uint32_t day) {
    if (month < 3) {
        month += 12u;
        year--;
    }
    uint32_t h = (day + 13u * (month + 1u) / 5u + year + year / 4u - year / 100u + year / 400u) % 7u;
    return (h + 5u) % 7u + 1u;
}

int clockValid(const ClockTime *time) {
    return time->year >= FIRST_YEAR && time->year <= LAST_YEAR && time->month >= 1 &&
           time->month <= 12 && time->day >= 1 &&
           time->day <= clockDaysInMonth(time->year, time->month) && time->hour < 24 &&
           time->minute < 60 && time->second < 60;
}

static uint32_t daysBeforeYear(uint32_t year) {
    uint32_t years = year - FIRST_YEAR;
    return years * 365u + (years + 3u) / 4u;
}

uint32_t clockMinutes(const ClockTime *time) {
    uint32_t days = daysBeforeYear(time->year) + time->day - 1u;
    for (uint32_t month = 1; month < time->month; month++) days += clockDaysInMonth(time->year, month);
    return days * MINUTES_PER_DAY + time->hour * 60u + time->minute;
}

void clockFromMinutes(uint32_t minutes, ClockTime *time) {
    uint32_t days = minutes / MINUTES_PER_DAY;
    uint32_t rest = minutes % MINUTES_PER_DAY;
    uint32_t year = FIRST_YEAR;
    uint32_t month = 1;
    while (days >= 365u + (uint32_t)isLeap(year)) days -= 365u + (uint32_t)isLeap(year++);
    while (days >= clockDaysInMonth(year, month)) days -= clockDaysInMonth(year, month++);
    time->year = (uint16_t)year;
    time->month = (uint8_t)month;
    time->day = (uint8_t)(days + 1u);
    time->hour = (uint8_t)(rest / 60u);
    time->minute = (uint8_t)(rest % 60u);
    time->second = 0;
    time->weekday = (uint8_t)clockWeekday(year, month, days + 1u);
}

#ifdef RTC_CCR
static uint32_t dayOfYear(const ClockTime *time) {
    uint32_t days = time->day;
    for (uint32_t month = 1; month < time->month; month++) days += clockDaysInMonth(time->year, month);
    return days;
}

int clockTimeSet(const ClockTime *time) {
    if (!clockValid(time)) return 0;
    RTC_CCR = 0x12; /* stopped, divider reset */
    RTC_SEC = time->second;
    RTC_MIN = time->minute;
    RTC_HOUR = time->hour;
    RTC_DOM = time->day;
    RTC_DOW = clockWeekday(time->year, time->month, time->day) % 7u;
    RTC_DOY = dayOfYear(time);
    RTC_MONTH = time->month;
    RTC_YEAR = time->year;
    RTC_CCR = RTC_RUN;
    return 1;
}

/* The registers are read until the second stays the same: no value of a carry in progress is taken. */
void clockTimeRead(ClockTime *time) {
    uint32_t second;
    do {
        second = RTC_SEC;
        time->minute = (uint8_t)RTC_MIN;
        time->hour = (uint8_t)RTC_HOUR;
        time->day = (uint8_t)RTC_DOM;
        time->month = (uint8_t)RTC_MONTH;
        time->year = (uint16_t)RTC_YEAR;
    } while (second != RTC_SEC);
    time->second = (uint8_t)second;
    time->weekday = 1;
    if (clockValid(time)) time->weekday = (uint8_t)clockWeekday(time->year, time->month, time->day);
}

void clockTimeStart(void) {
    static const ClockTime first = {0, 0, 0, 1, 1, 4, 2026};
    ClockTime time;
    clockTimeRead(&time);
    if (!clockValid(&time) || time.year < 2020) clockTimeSet(&first);
    else if ((RTC_CCR & 1u) == 0) RTC_CCR = RTC_RUN;
}
#endif

void clockText(Text *text, const ClockTime *time) {
    textNumber(text, time->year, 4);
    textChar(text, '-');
    textTwo(text, time->month);
    textChar(text, '-');
    textTwo(text, time->day);
    textChar(text, ' ');
    textTwo(text, time->hour);
    textChar(text, ':');
    textTwo(text, time->minute);
    textChar(text, ':');
    textTwo(text, time->second);
}

void clockMinutesText(Text *text, uint32_t minutes) {
    ClockTime time;
    clockFromMinutes(minutes, &time);
    textTwo(text, time.month);
    textChar(text, '-');
    textTwo(text, time.day);
    textChar(text, ' ');
    textTwo(text, time.hour);
    textChar(text, ':');
    textTwo(text, time.minute);
}

uint8_t bcdOf(uint32_t value) { return (uint8_t)((value / 10u % 10u) << 4 | value % 10u); }
uint32_t fromBcd(uint8_t bcd) { return (bcd >> 4) * 10u + (bcd & 15u); }
