/* Takes single wild values out of what a sensor says. */
#ifndef FILTER_H
#define FILTER_H
#include "sample.h"

/* Sets FLAG_OUTLIER where it has put another value. */
void filterSample(Sample *sample);
/* Smoothed value of a channel. */
int16_t smoothed(Channel channel);

#endif
