/* USART0 as SPI: external flash and radio. boardStart sets it up. */
#ifndef SPI_H
#define SPI_H

#include <stdint.h>

uint8_t spiExchange(uint8_t byte);

#endif
