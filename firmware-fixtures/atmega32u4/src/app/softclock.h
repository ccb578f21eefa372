/* Drives the calendar clock. */
#ifndef SOFTCLOCK_H
#define SOFTCLOCK_H

/* Once a second. */
void clockSecond(void);

#endif
