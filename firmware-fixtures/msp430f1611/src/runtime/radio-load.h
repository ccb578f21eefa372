/* Files over the radio. Source: README.md, "Files over the radio". */
#ifndef RADIO_LOAD_H
#define RADIO_LOAD_H

#include <stdint.h>

/* Takes a frame, from the application where it owns the radio. @returns 1 if it is the runtime's. */
uint8_t radioLoadTake(const uint8_t *frame, uint8_t count);
/* Fetches one if there is one. @returns as radioLoadTake. */
uint8_t radioLoadPoll(void);
/* Is what was taken an authentic BEGIN for this node? */
uint8_t radioLoadAsksForUpdate(void);
void radioLoadAnswer(void);

#endif
