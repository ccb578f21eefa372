/* Time base: 100 Hz from timer 0. */
#ifndef TICK_H
#define TICK_H

#include <stdint.h>

#define TICKS_PER_SECOND 100u

void tickStart(void);
uint16_t tickNow(void);

#endif
