/* USART1, 38,400 baud 8E1. Received characters go to a ring: by interrupt while an application runs, else by polling. */
#ifndef SERIAL_H
#define SERIAL_H

#include <stdint.h>

void serialStart(void);
/* A received character waits in USART1; called from its interrupt too. */
void serialReceived(void);
#define SERIAL_NONE (-1)
#define SERIAL_DAMAGED (-2)
/* Next character of the ring. */
int16_t serialTake(void);
typedef enum { WAIT_SECOND, WAIT_RADIO, WAIT_CHARACTER } Waited;
/* With interrupts off: until a character has come in, a frame waits in the radio, or a second is over. */
Waited serialWait(void);
/* Returns when the last stop bit has left. */
void serialPut(const uint8_t *bytes, uint8_t count);

#endif
