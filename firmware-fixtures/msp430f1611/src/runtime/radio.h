/* CC2420: listens to all of its channel; sends when that is free. */
#ifndef RADIO_H
#define RADIO_H

#include <stdint.h>

#define RADIO_FRAME_MAX 127u
#define RADIO_CHECK_BYTES 2u

/* Timers are left alone: the application's may be running. */
void radioStart(void);
/* Listens if the application has left the radio without supply. */
void radioStartIfFree(void);
/* A frame waits, and nobody but the runtime is to fetch it. */
uint8_t radioHas(void);
/* Length, then as many bytes, the last two of them the check sequence. @param frame room for 1 + RADIO_FRAME_MAX.
   @returns 0 if it is damaged. */
uint8_t radioTake(uint8_t *frame);
/* The check sequence is made here. Returns when the frame has left, or could not. */
void radioSend(const uint8_t *frame);

#endif
