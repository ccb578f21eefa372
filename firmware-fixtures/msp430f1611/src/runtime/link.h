/* The station's side of the runtime: FT1.2 frames in, replies out. */
#ifndef LINK_H
#define LINK_H

#include <stdint.h>

/* The node's, as in each frame. */
extern const uint8_t nodeAddress[4];

/* AFN 02 F1: a node that cannot start its application asks for help. */
void linkLogin(void);
/* Takes what has come in. @returns 1 when there is a whole frame for this node; it waits for its answer. */
uint8_t linkReceive(void);
/* Is the frame an authenticated station's, with a file unit? */
uint8_t linkAsksForUpdate(void);
void linkAnswer(void);

#endif
