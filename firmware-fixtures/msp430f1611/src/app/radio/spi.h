/* USART0 as SPI, shared with the external flash, which the runtime alone uses: from tasks, never from interrupts. */
#ifndef SPI_H
#define SPI_H
#include <stdint.h>

void startSpi(void);
uint8_t exchangeByte(uint8_t byte);

#endif
