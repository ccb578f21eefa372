/* Voltage and load statistics of the day and the month. */
#ifndef STATISTICS_H
#define STATISTICS_H

#include <stdint.h>

#include "sampling.h"

typedef struct {
    uint16_t highest, lowest; /* 0.1 V */
    uint32_t highestAt, lowestAt; /* minutes since 2000 */
    uint32_t sum, seconds;
    uint32_t secondsHigh, secondsLow; /* beyond the permitted range */
} VoltageStatistics;

typedef struct {
    int32_t highest, lowest; /* 0.1 W */
    uint32_t highestAt, lowestAt;
    int64_t sum;
    uint32_t seconds, secondsReverse;
} LoadStatistics;

typedef enum { SPAN_DAY, SPAN_MONTH, SPANS } Span;

void statisticsSecond(uint32_t minutes, uint32_t day, uint32_t month);
const VoltageStatistics *statisticsVoltage(Span span, uint32_t phase);
const LoadStatistics *statisticsLoad(Span span);
/* Share of time within the permitted range, 0.01 %. */
uint32_t statisticsQualified(const VoltageStatistics *of);

#endif
