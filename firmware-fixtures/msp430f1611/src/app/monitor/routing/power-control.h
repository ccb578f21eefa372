/* Sends no louder than the parent needs. */
#ifndef POWER_CONTROL_H
#define POWER_CONTROL_H
#include <stdint.h>

/* Of the parent's beacons; what is heard well hears us well. */
void adaptPower(int8_t rssi);
/* Nobody in particular is to hear: as loud as can be. */
void fullPower(void);
uint8_t powerLevel(void);

#endif
