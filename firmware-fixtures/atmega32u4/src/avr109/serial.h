/* The line to the programmer: USART1, 38,400 baud 8N1, and timer 1 as a watch on its silence. */
#ifndef SERIAL_H
#define SERIAL_H

#include <stdint.h>

#define SERIAL_SILENT (-1)

void serialStart(void);
/* USART and timer as after a reset: the application finds nothing changed. */
void serialStop(void);
/* @returns a character, or SERIAL_SILENT when a tenth of a second has brought none. */
int16_t serialGet(void);
void serialPut(uint8_t byte);
/* After serialPut: waits until the last character has left. */
void serialDrain(void);

#endif
