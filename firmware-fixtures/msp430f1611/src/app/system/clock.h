/* Time since the start, from Timer_B on the 32,768 Hz crystal. Binary milliseconds: 1/1024 s, as TinyOS counts. */
#ifndef CLOCK_H
#define CLOCK_H
#include <stdint.h>

#define TICKS_PER_MS 32
#define MS_PER_SECOND 1024

void startClock(void);
/* 1/32768 s. */
uint16_t clockTicks(void);
uint32_t clockMs(void);
uint32_t clockSeconds(void);
/* Busy waiting: for what takes less than a task may. */
void waitTicks(uint16_t ticks);
/* `onClockAlarm` is posted then; ticks at least 2. */
void setClockAlarm(uint16_t ticksFromNow);

#endif
