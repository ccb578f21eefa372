/* USART1 with interrupts: a ring each way. */
#ifndef SERIAL_H
#define SERIAL_H

#include <stdint.h>

void serialStart(void);
/* Next received byte; -1: none. */
int16_t serialGet(void);
/* 1 once if a damaged character came; what was received before it is gone. */
uint8_t serialWasDamaged(void);
/* Copies; waits while the ring is full. */
void serialPut(const uint8_t *bytes, uint8_t count);
/* Returns when the last stop bit has left. */
void serialDrain(void);

#endif
