/* Load profile: a ring of interval means in RAM. */
#ifndef PROFILE_H
#define PROFILE_H

#include <stdint.h>

#include "sampling.h"
#include "target.h"


typedef struct {
    uint32_t minutes; /* end of the interval, since 2000 */
    int32_t active, reactive;
    uint16_t volts[PHASES];
    uint16_t centiamps[PHASES];
    int16_t factor;
    uint16_t flags; /* bit 0: the interval is not whole; bits 7:4 tariff */
} ProfileEntry;

void profileSecond(uint32_t minutes, uint32_t tariff);
uint32_t profileCount(void);
/* 0 is the newest. */
const ProfileEntry *profileAt(uint32_t back);
void profileClear(void);

#endif
