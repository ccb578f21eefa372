/* Demand: mean power over an interval that moves on in fifths, and its maximum for each tariff. */
#ifndef DEMAND_H
#define DEMAND_H

#include <stdint.h>

#include "tariff.h"

typedef enum { DEMAND_ACTIVE, DEMAND_REACTIVE, DEMAND_KINDS } DemandKind;

typedef struct {
    int32_t deciwatts;
    uint32_t minutes; /* when, since 2000 */
} MaximumDemand;

void demandStart(void);
void demandSecond(uint32_t tariff, uint32_t minutes);
int32_t demandNow(DemandKind kind);
/* Where the interval would end if the power stayed as it is. */
int32_t demandForecast(void);
const MaximumDemand *demandMaximum(DemandKind kind, uint32_t tariff);
void demandReset(void);

#endif
