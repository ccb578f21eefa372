/* Time of the sink, in seconds since a midnight; the others take it from the beacons of their parents. */
#ifndef NETWORK_TIME_H
#define NETWORK_TIME_H
#include <stdint.h>

void startNetworkTime(void);
uint32_t networkSeconds(void);
void setNetworkSeconds(uint32_t seconds);
void setHour(uint16_t hour);
uint8_t hourOfDay(void);

#endif
