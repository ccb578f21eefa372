/* How the voltage went in the last quarter of an hour, as means of stretches of time. */
#ifndef VOLTAGE_HISTORY_H
#define VOLTAGE_HISTORY_H
#include <stdint.h>

void addToHistory(uint16_t millivolts);

#endif
