/* Tariff calendar. Left out: tables set by the station; these are built in and change with the program. */
#include "tariff.h"

#include "target.h"

#define AT(hour, minute, tariff) {(hour) * 60 + (minute), tariff}

const char *const tariffNames[TARIFFS] = {"sharp", "peak", "flat", "valley"};
const char *const dayKindNames[DAY_KINDS] = {"working day", "weekend", "holiday"};

static const FLASH_TABLE SwitchTime winterDay[] = {AT(0, 0, 4),  AT(7, 0, 3),  AT(8, 30, 2), AT(11, 30, 3),
                                       AT(16, 0, 2), AT(18, 0, 1), AT(20, 0, 2), AT(22, 0, 4)};
static const FLASH_TABLE SwitchTime summerDay[] = {AT(0, 0, 4),   AT(6, 30, 3), AT(9, 0, 2),  AT(12, 0, 3),
                                       AT(14, 30, 2), AT(19, 0, 1), AT(21, 30, 3), AT(23, 0, 4)};
static const FLASH_TABLE SwitchTime middleDay[] = {AT(0, 0, 4),  AT(7, 0, 3),  AT(10, 0, 2),
                                       AT(15, 0, 3), AT(18, 0, 2), AT(23, 0, 4)};
static const FLASH_TABLE SwitchTime weekendDay[] = {AT(0, 0, 4), AT(8, 0, 3), AT(18, 0, 2), AT(22, 0, 4)};
static const FLASH_TABLE SwitchTime holidayDay[] = {AT(0, 0, 4), AT(9, 0, 3), AT(23, 0, 4)};

typedef struct {
    const FLASH_TABLE SwitchTime *table;
    uint8_t count;
} DayTable;
#define TABLE(name) {name, sizeof name / sizeof name[0]}
static const FLASH_TABLE DayTable workingDays[SEASONS] = {TABLE(winterDay), TABLE(middleDay), TABLE(summerDay)};
static const FLASH_TABLE DayTable weekend = TABLE(weekendDay);
static const FLASH_TABLE DayTable holiday = TABLE(holidayDay);

/* Fixed holidays, and those of the lunar calendar for the years the table knows. */
typedef struct {
    uint16_t year; /* 0: every year */
    uint8_t month, day, days;
} Holiday;
static const FLASH_TABLE Holiday holidays[] = {
    {0, 1, 1, 1},      {0, 5, 1, 1},      {0, 10, 1, 3},     {2025, 1, 28, 8},  {2026, 2, 16, 8},
    {2027, 2, 5, 8},   {2028, 1, 25, 8},  {2025, 4, 4, 1},   {2026, 4, 5, 1},   {2027, 4, 5, 1},
    {2028, 4, 4, 1},   {2025, 5, 31, 1},  {2026, 6, 19, 1},  {2027, 6, 9, 1},   {2028, 5, 28, 1},
    {2025, 10, 6, 1},  {2026, 9, 25, 1},  {2027, 9, 15, 1},  {2028, 10, 3, 1},
#if APP_VERSION >= 110
    {2029, 2, 12, 8},  {2029, 4, 4, 1},   {2029, 6, 16, 1},  {2029, 9, 22, 1},  {2030, 2, 2, 8},
    {2030, 4, 5, 1},   {2030, 6, 5, 1},   {2030, 9, 12, 1},
#endif
};

uint32_t tariffDayKind(const ClockTime *time) {
    uint32_t today = clockMinutes(time) / 1440u;
    for (uint32_t i = 0; i < sizeof holidays / sizeof holidays[0]; i++) {
        const FLASH_TABLE Holiday *each = &holidays[i];
        if (each->year != 0 && each->year != time->year) continue;
        ClockTime first = {0, 0, 0, each->day, each->month, 1, time->year};
        uint32_t start = clockMinutes(&first) / 1440u;
        if (today >= start && today < start + each->days) return 2;
    }
    return time->weekday >= 6 ? 1 : 0;
}

uint32_t tariffSeason(const ClockTime *time) {
    if (time->month >= 6 && time->month <= 8) return 2;
    if (time->month == 12 || time->month <= 2) return 0;
    return 1;
}

uint32_t tariffTable(uint32_t season, uint32_t kind, const FLASH_TABLE SwitchTime **table) {
    const FLASH_TABLE DayTable *day = kind == 0 ? &workingDays[season] : kind == 1 ? &weekend : &holiday;
    *table = day->table;
    return day->count;
}

uint32_t tariffAt(const ClockTime *time) {
    const FLASH_TABLE SwitchTime *table;
    uint32_t count = tariffTable(tariffSeason(time), tariffDayKind(time), &table);
    uint32_t minute = time->hour * 60u + time->minute;
    uint32_t tariff = table[0].tariff;
    for (uint32_t i = 1; i < count && table[i].minute <= minute; i++) tariff = table[i].tariff;
    return tariff;
}
