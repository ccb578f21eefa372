/* The station's side of the agent: FT1.2 frames in, replies out. */
#ifndef LINK_H
#define LINK_H

#include <stdint.h>

/* AFN 02 F1: a node that cannot start its application asks for help. */
void linkLogin(void);
/* Serves the station until there is something to do, or nothing was heard for `seconds` (0 = for ever). */
void linkServe(uint8_t seconds, uint8_t isAuthenticated);

#endif
