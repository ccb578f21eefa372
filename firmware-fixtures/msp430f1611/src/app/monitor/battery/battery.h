/* What the batteries still have, from the supply voltage. */
#ifndef BATTERY_H
#define BATTERY_H
#include <stdint.h>

typedef enum { BATTERY_GOOD, BATTERY_LOW, BATTERY_CRITICAL } BatteryLevel;

void startBattery(void);
BatteryLevel batteryLevel(void);
/* 0 to 100. */
uint8_t batteryPercent(void);

#endif
