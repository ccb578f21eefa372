/* Lowest, highest, mean and standard deviation of each channel since the last summary. */
#ifndef STATISTICS_H
#define STATISTICS_H
#include "sample.h"

typedef struct {
    uint16_t count;
    int16_t first; /* sums are of differences from it: they stay small */
    int16_t lowest, highest;
    int32_t sum;
    uint32_t squares;
} Statistics;

void addToStatistics(const Sample *sample);
void restartStatistics(void);
uint16_t samplesInStatistics(void);
const Statistics *statisticsOf(Channel channel);
int16_t meanOf(const Statistics *statistics);
uint16_t deviationOf(const Statistics *statistics);

#endif
