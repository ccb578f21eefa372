/* Samples wait here until there is a way for them, and travel in bundles. */
#ifndef SAMPLE_BUFFER_H
#define SAMPLE_BUFFER_H
#include "sample.h"

void startSampleBuffer(void);
void bufferSample(const Sample *sample);
uint8_t bufferedSamples(void);

#endif
