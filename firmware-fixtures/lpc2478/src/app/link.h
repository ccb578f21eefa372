/* The station's side of the terminal: frames in, replies out, login and heartbeat. */
#ifndef LINK_H
#define LINK_H

#include <stdint.h>

void linkStart(void);
void linkPoll(void);
/* Once a second. */
void linkSecond(void);

typedef struct {
    uint32_t framesIn, framesOut, damaged, denied, repeats;
    uint8_t open, loggedIn, loginsSent;
} LinkStatus;
void linkStatus(LinkStatus *status);

#endif
