/* What the energy costs. From 1.20 on. */
#ifndef COST_H
#define COST_H

#if APP_VERSION >= 120
#include <stdint.h>

/* In hundredths; tariff 0 is the sum. */
int32_t costOf(uint32_t tariff);
/* At the present power and tariff, for an hour. */
int32_t costPerHour(void);
#endif

#endif
