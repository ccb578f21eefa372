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
/* With interrupts off: until a character has come in or a second is over. @returns 0 for the second. */
uint8_t serialWait(void);
/* Returns when the last stop bit has left. */
void serialPut(const uint8_t *bytes, uint8_t count);

#endif
