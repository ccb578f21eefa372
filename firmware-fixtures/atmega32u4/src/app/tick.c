/* Timer 0 in CTC mode: 16 MHz / 1024 / 156 = 100.16 Hz. Source: ATmega16U4/32U4 data sheet, "8-bit Timer/Counter0". */
#include "tick.h"

#include <avr/interrupt.h>
#include <avr/io.h>

#define STEPS 156u

static volatile uint16_t ticks;

ISR(TIMER0_COMPA_vect) { ticks++; }

void tickStart(void) {
    TCCR0A = _BV(WGM01);
    OCR0A = STEPS - 1u;
    TIMSK0 = _BV(OCIE0A);
    TCCR0B = _BV(CS02) | _BV(CS00);
}

uint16_t tickNow(void) {
    uint8_t status = SREG;
    cli();
    uint16_t now = ticks;
    SREG = status;
    return now;
}
