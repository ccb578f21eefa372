/* What is told of the samples: each of them, and summaries. */
#ifndef REPORTING_H
#define REPORTING_H
#include "packing.h"
#include "sample.h"

void reportSample(const Sample *sample);
void writeSample(Writer *writer, const Sample *sample);
extern uint16_t samplesLost;

#endif
