/* Daily freeze: registers as they stood at a fixed hour, for the last days. From 1.10 on. */
#ifndef DAYS_H
#define DAYS_H

#if APP_VERSION >= 110
#include <stdint.h>

#include "clocktime.h"
#include "energy.h"

#define DAYS_KEPT 7u

typedef struct {
    uint32_t minutes;
    uint32_t total[ENERGY_KINDS];
    uint32_t import[TARIFFS];
    int32_t highestDemand;
    uint16_t lowestVolts[3], highestVolts[3];
    uint32_t qualified; /* 0.01 %, worst phase */
} FrozenDay;

void daysStart(void);
void daysMinute(const ClockTime *now);
uint32_t daysCount(void);
/* 0 is the newest. */
const FrozenDay *dayAt(uint32_t back);
#endif

#endif
