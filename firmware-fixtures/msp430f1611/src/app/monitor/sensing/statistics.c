#include "statistics.h"

#include <string.h>

#include "arithmetic.h"

static Statistics statistics[CHANNELS];

const Statistics *statisticsOf(Channel channel) { return &statistics[channel]; }
uint16_t samplesInStatistics(void) { return statistics[0].count; }
void restartStatistics(void) { memset(statistics, 0, sizeof statistics); }

static void begin(Statistics *of, int16_t value) {
    of->first = value;
    of->lowest = value;
    of->highest = value;
}

static void addSquare(Statistics *of, int16_t difference) {
    uint32_t square = (uint32_t)((int32_t)difference * difference);
    uint32_t sum = of->squares + square;
    of->squares = sum < square ? UINT32_MAX : sum;
}

static void addValue(Statistics *of, int16_t value) {
    if (of->count == 0) begin(of, value);
    int16_t difference = limit16((int32_t)value - of->first);
    of->count++;
    of->sum += difference;
    addSquare(of, difference);
    if (value < of->lowest) of->lowest = value;
    if (value > of->highest) of->highest = value;
}

void addToStatistics(const Sample *sample) {
    for (uint8_t i = 0; i < CHANNELS; i++) addValue(&statistics[i], sample->values[i]);
}

int16_t meanOf(const Statistics *of) {
    if (of->count == 0) return 0;
    return of->first + (int16_t)(of->sum / (int16_t)of->count);
}

uint16_t deviationOf(const Statistics *of) {
    if (of->count < 2) return 0;
    int32_t mean = of->sum / (int16_t)of->count;
    uint32_t meanSquare = of->squares / of->count;
    uint32_t squareOfMean = (uint32_t)(mean * mean);
    return meanSquare > squareOfMean ? squareRoot(meanSquare - squareOfMean) : 0;
}
