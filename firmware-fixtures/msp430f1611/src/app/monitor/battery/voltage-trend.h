/* How fast the voltage falls: a straight line through the last measurements. */
#ifndef VOLTAGE_TREND_H
#define VOLTAGE_TREND_H
#include <stdint.h>

void addToTrend(uint16_t millivolts, uint16_t seconds);
/* mV an hour; 0 while it does not fall, or is not known yet. */
uint16_t lostPerHour(void);

#endif
