/* Time base: 100 Hz from timer 0. */
#ifndef TICK_H
#define TICK_H

#include <stdint.h>

#define TICKS_PER_SECOND 100u

/* Set by the handlers whose interrupt leaves something to do: most wake the core only for themselves. */
extern volatile uint8_t workPending;

void tickStart(void);
uint32_t tickNow(void);

#endif
