/* USART1, 38,400 baud 8E1, interrupts for both directions.
   Source: ATmega16U4/32U4 data sheet, "USART". */
#include "serial.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

#define UBRR_38400 51 /* U2X: 16 MHz / 8 / 52 = 38,462 */
#define IN_BYTES 64u
#define OUT_BYTES 64u

static volatile uint8_t in[IN_BYTES], inHead, inTail, damaged;
static volatile uint8_t out[OUT_BYTES], outHead, outTail, isSending;

ISR(USART1_RX_vect) {
    uint8_t status = UCSR1A;
    uint8_t byte = UDR1;
    if (status & (_BV(FE1) | _BV(DOR1) | _BV(UPE1))) {
        damaged = 1;
        inTail = inHead;
        return;
    }
    uint8_t next = (inHead + 1u) % IN_BYTES;
    if (next == inTail) {
        damaged = 1;
        return;
    }
    in[inHead] = byte;
    inHead = next;
}

ISR(USART1_UDRE_vect) {
    UDR1 = out[outTail];
    outTail = (outTail + 1u) % OUT_BYTES;
    if (outTail == outHead) UCSR1B &= ~_BV(UDRIE1);
}

/* The flag may be that of a gap between two characters. */
ISR(USART1_TX_vect) {
    if (outHead == outTail && (UCSR1A & _BV(UDRE1))) isSending = 0;
}

void serialStart(void) {
    UBRR1 = UBRR_38400;
    UCSR1A = _BV(U2X1);
    UCSR1C = _BV(UPM11) | _BV(UCSZ11) | _BV(UCSZ10);
    UCSR1B = _BV(RXEN1) | _BV(TXEN1) | _BV(RXCIE1) | _BV(TXCIE1);
}

int16_t serialGet(void) {
    if (inTail == inHead) return -1;
    uint8_t byte = in[inTail];
    inTail = (inTail + 1u) % IN_BYTES;
    return byte;
}

uint8_t serialWasDamaged(void) {
    if (!damaged) return 0;
    damaged = 0;
    return 1;
}

void serialPut(const uint8_t *bytes, uint8_t count) {
    while (count-- != 0) {
        uint8_t next = (outHead + 1u) % OUT_BYTES;
        while (next == outTail) {
        }
        out[outHead] = *bytes++;
        cli();
        outHead = next;
        isSending = 1;
        UCSR1B |= _BV(UDRIE1);
        sei();
    }
}

void serialDrain(void) {
    while (isSending) {
    }
}
