/* Electrical quantities of the last burst. Units: V 0.1 V, I 1 mA, P Q S 0.1 W/var/VA, factor 0.001,
   frequency 0.01 Hz, unbalance 0.1 %. Import is positive. */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdint.h>

#include "sampling.h"

typedef struct {
    int32_t volts, milliamps;
    int32_t active, reactive, apparent;
    int32_t factor;
    int32_t peakVolts, crest; /* crest factor of the current, 0.01 */
} PhaseReading;

typedef struct {
    PhaseReading phase[PHASES];
    int32_t active, reactive, apparent, factor;
    int32_t hertz;
    int32_t voltUnbalance, currentUnbalance;
    int32_t neutral; /* vector sum of the currents, mA */
    uint8_t sequence; /* 0 no voltage, 1 forward, 2 reverse, 3 incomplete */
    uint32_t bursts;
} Readings;

extern Readings readings;
/* Samples without their mean, sixteenths of a converter step. */
extern int16_t centred[CHANNELS][BURST_SAMPLES];

void measureBurst(void);
uint32_t squareRoot(uint64_t value);
/* a * b / c without losing the high part. */
int32_t scaled(int64_t a, int32_t b, int32_t c);
int32_t absolute(int32_t value);

#endif
