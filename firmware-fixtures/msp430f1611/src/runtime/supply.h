/* Supply voltage: below 2.7 V flash takes no program or erase, and does not say so. */
#ifndef SUPPLY_H
#define SUPPLY_H

#include <stdint.h>

uint8_t supplyIsGood(void);
/* Until it is good. */
void supplyWait(void);
/* The reference takes current until then. */
void supplyEnd(void);

#endif
