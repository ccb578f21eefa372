/* One burst of samples a second: three voltages and three currents. */
#ifndef SAMPLING_H
#define SAMPLING_H

#include <stdint.h>

#define CHANNELS 6u
#define PHASES 3u
#define PERIOD_SAMPLES 32u
#define BURST_SAMPLES 40u
#define SAMPLE_HZ 1600ul /* products with it pass 16 bits */

/* The samples lose their mean where they lie: there is no room for both. */
#define samples centred
extern int16_t samples[CHANNELS][BURST_SAMPLES];

void samplingStart(void);
void samplingTrigger(void);
/* A burst is complete and was not yet taken. */
int samplingTake(void);

#endif
