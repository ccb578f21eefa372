#include "spi.h"

#include "msp430f1611.h"

uint8_t spiExchange(uint8_t byte) {
    IFG1 &= (uint8_t)~URXIFG0;
    U0TXBUF = byte;
    while (!(IFG1 & URXIFG0)) {}
    return U0RXBUF;
}
