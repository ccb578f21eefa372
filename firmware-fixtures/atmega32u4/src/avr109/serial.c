/* USART1, 38,400 baud 8N1. Source: ATmega16U4/32U4 data sheet, "USART" and "16-bit Timers/Counters". */
#include "serial.h"

#include <avr/io.h>

#define UBRR_38400 51         /* U2X: 16 MHz / 8 / 52 = 38,462 */
#define TENTH_OF_SECOND 1562u /* 16 MHz / 1024 */
#define FORMAT_8N1 (_BV(UCSZ11) | _BV(UCSZ10))

void serialStart(void) {
    UBRR1 = UBRR_38400;
    UCSR1A = _BV(U2X1);
    UCSR1C = FORMAT_8N1;
    UCSR1B = _BV(RXEN1) | _BV(TXEN1);
    OCR1A = TENTH_OF_SECOND;
    TCCR1B = _BV(WGM12) | _BV(CS12) | _BV(CS10);
}

void serialStop(void) {
    UCSR1B = 0;
    UCSR1A = _BV(TXC1);
    UBRR1 = 0;
    TCCR1B = 0;
    TCNT1 = 0;
    OCR1A = 0;
    TIFR1 = _BV(OCF1A);
}

int16_t serialGet(void) {
    TCNT1 = 0;
    TIFR1 = _BV(OCF1A);
    /* Nothing but flags is read here: a waiting CPU that changes nothing can be skipped in virtual time. */
    while (!(UCSR1A & _BV(RXC1))) {
        if (TIFR1 & _BV(OCF1A)) return SERIAL_SILENT;
    }
    return UDR1;
}

void serialPut(uint8_t byte) {
    while (!(UCSR1A & _BV(UDRE1))) {
    }
    UDR1 = byte;
    /* TXC may have been set by a gap between two characters. */
    UCSR1A = _BV(U2X1) | _BV(TXC1);
}

void serialDrain(void) {
    while (!(UCSR1A & _BV(TXC1))) {
    }
}
