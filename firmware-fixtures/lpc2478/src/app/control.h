/* Load control: four relays that are opened step by step above a demand and closed again. From 1.20 on. */
#ifndef CONTROL_H
#define CONTROL_H

#if APP_VERSION >= 120
#include <stdint.h>

#define RELAYS 4u

void controlStart(void);
void controlSecond(void);
uint32_t controlShed(void); /* relays open */
int controlHeld(void);      /* seconds until the next step is allowed */
#endif

#endif
