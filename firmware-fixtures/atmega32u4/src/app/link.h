/* The station's side of the node: frames in, replies out, login and heartbeat. */
#ifndef LINK_H
#define LINK_H

#include <stdint.h>

void linkStart(void);
void linkPoll(void);
/* Once a second. */
void linkSecond(void);

#endif
