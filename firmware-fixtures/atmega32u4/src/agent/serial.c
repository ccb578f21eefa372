/* USART1, 38,400 baud 8E1. Source: ATmega16U4/32U4 data sheet, "USART" and "16-bit Timers/Counters". */
#include "serial.h"

#include <avr/io.h>

#define UBRR_38400 51 /* U2X: 16 MHz / 8 / 52 = 38,462 */
#define SECOND 15624  /* 16 MHz / 1024 */

void serialStart(void) {
    UBRR1 = UBRR_38400;
    UCSR1A = _BV(U2X1);
    UCSR1C = _BV(UPM11) | _BV(UCSZ11) | _BV(UCSZ10);
    UCSR1B = _BV(RXEN1) | _BV(TXEN1);
    TCCR1A = 0;
    OCR1A = SECOND;
    TCNT1 = 0;
    TCCR1B = _BV(WGM12) | _BV(CS12) | _BV(CS10);
}

int16_t serialGet(void) {
    uint8_t status;
    /* Nothing but flags is read here: a waiting CPU that changes nothing can be skipped in virtual time. */
    while (!((status = UCSR1A) & _BV(RXC1))) {
        if (TIFR1 & _BV(OCF1A)) {
            TIFR1 = _BV(OCF1A);
            return SERIAL_SECOND;
        }
    }
    TCNT1 = 0;
    uint8_t byte = UDR1;
    return status & (_BV(FE1) | _BV(DOR1) | _BV(UPE1)) ? SERIAL_DAMAGED : byte;
}

void serialPut(const uint8_t *bytes, uint8_t count) {
    UCSR1A = _BV(U2X1) | _BV(TXC1);
    while (count-- != 0) {
        while (!(UCSR1A & _BV(UDRE1))) {
        }
        UDR1 = *bytes++;
        /* TXC may have been set by a gap between two characters. */
        UCSR1A = _BV(U2X1) | _BV(TXC1);
    }
    while (!(UCSR1A & _BV(TXC1))) {
    }
}
