/* Supply voltage of the node. */
#ifndef SUPPLY_H
#define SUPPLY_H
#include <stdint.h>

/* mV, with the ADC on; 0 when it could not be measured. */
uint16_t measureSupply(void);

#endif
