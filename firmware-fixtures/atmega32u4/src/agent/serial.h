/* USART1 by polling, and timer 1 to notice silence. */
#ifndef SERIAL_H
#define SERIAL_H

#include <stdint.h>

void serialStart(void);
/* Waits. @returns the byte, SERIAL_DAMAGED, or SERIAL_SECOND after each second of silence. */
#define SERIAL_DAMAGED (-1)
#define SERIAL_SECOND (-2)
int16_t serialGet(void);
/* Returns when the last stop bit has left. */
void serialPut(const uint8_t *bytes, uint8_t count);

#endif
