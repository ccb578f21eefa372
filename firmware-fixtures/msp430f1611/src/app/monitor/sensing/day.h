/* Extremes of the day, told when it ends. */
#ifndef DAY_H
#define DAY_H
#include "sample.h"

void addToDay(const Sample *sample);

#endif
