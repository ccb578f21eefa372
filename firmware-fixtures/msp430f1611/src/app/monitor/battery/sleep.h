/* The less the batteries have, the longer a node waits between what it does; near their end its radio sleeps too. */
#ifndef SLEEP_H
#define SLEEP_H
#include <stdint.h>

/* Sixteenths: 16 is no stretch. */
uint8_t stretch(void);
uint16_t stretchedSeconds(uint16_t seconds);
/* The battery was measured. */
void adaptSleep(void);

#endif
