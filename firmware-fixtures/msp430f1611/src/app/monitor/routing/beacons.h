/* Beacons say what the way to the sink costs; often after a change, seldom when all is well. */
#ifndef BEACONS_H
#define BEACONS_H
#include "messages.h"

void startBeacons(void);
void beaconReceived(const Message *message);
/* Something has changed that the neighbours should know soon. */
void hastenBeacons(void);
/* Of the sink: counts on as long as it is heard, over however many nodes. */
uint16_t sinkRound(void);

#endif
