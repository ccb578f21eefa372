/* Takes samples, step by step: no step holds the CPU for long. */
#ifndef SAMPLER_H
#define SAMPLER_H
#include "sample.h"

void startSampler(void);
const Sample *lastSample(void);
extern uint16_t samplesTaken;

#endif
