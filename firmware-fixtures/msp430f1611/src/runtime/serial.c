/* Source: MSP430x1xx user's guide, "USART, UART mode" and "Timer_A". */
#include "serial.h"

#include "msp430f1611.h"
#include "radio.h"

#define BAUD_38400 104 /* 4 MHz / 104 = 38,462 */
#define PORT_PINS 0xC0 /* P3.6 out, P3.7 in */
#define RXERR 0x01
#define MC_UP 0x10
#define SECOND 4096u /* ACLK / 8 */
#define DIVIDE_8 0xC0

static volatile int16_t ring[256];
static volatile uint8_t head;
static uint8_t tail;

void serialStart(void) {
    P3SEL |= PORT_PINS;
    U1CTL = SWRST;
    U1CTL = PENA | PEV | CHAR | SWRST;
    U1TCTL = SSEL_SMCLK;
    U1RCTL = 0;
    U1BR0 = BAUD_38400;
    U1BR1 = 0;
    U1MCTL = 0;
    ME2 |= URXE1 | UTXE1;
    U1CTL &= (uint8_t)~SWRST;
    TACTL = TSSEL_ACLK | DIVIDE_8 | MC_UP | TCLR;
    TACCR0 = SECOND - 1u;
}

void serialReceived(void) {
    uint8_t isDamaged = U1RCTL & RXERR;
    uint8_t byte = U1RXBUF;
    ring[head++] = isDamaged ? SERIAL_DAMAGED : byte;
}

int16_t serialTake(void) {
    if (tail == head) return SERIAL_NONE;
    return ring[tail++];
}

Waited serialWait(void) {
    /* Nothing but flags is read here: a waiting CPU that changes nothing can be skipped in virtual time. */
    while (!(IFG2 & URXIFG1)) {
        if (TACTL & TIFG) {
            TACTL &= ~TIFG;
            return WAIT_SECOND;
        }
        if (radioHas()) return WAIT_RADIO;
    }
    TACTL |= TCLR;
    serialReceived();
    return WAIT_CHARACTER;
}

void serialPut(const uint8_t *bytes, uint8_t count) {
    while (count-- != 0) {
        while (!(IFG2 & UTXIFG1)) {}
        U1TXBUF = *bytes++;
    }
    while (!(U1TCTL & TXEPT)) {}
}
