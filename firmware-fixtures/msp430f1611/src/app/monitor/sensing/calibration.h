/* What each sensor is off by. */
#ifndef CALIBRATION_H
#define CALIBRATION_H
#include "sample.h"

void calibrateSample(Sample *sample);

#endif
