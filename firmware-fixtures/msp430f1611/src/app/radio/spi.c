#include "spi.h"

#include "msp430f1611.h"

void startSpi(void) {
    U0CTL = SWRST;
    U0CTL |= CHAR | SYNC | MM;
    U0TCTL = CKPH | SSEL_SMCLK | STC;
    U0BR0 = 2;
    U0BR1 = 0;
    U0MCTL = 0;
    ME1 |= USPIE0;
    U0CTL &= (uint8_t)~SWRST;
}

uint8_t exchangeByte(uint8_t byte) {
    U0TXBUF = byte;
    while ((IFG1 & URXIFG0) == 0) {}
    return U0RXBUF;
}
