/* ADC channels 0, 1, 4, 5, 6, 7; timer 3 starts a round of all six every 625 us, 32 to a 50 Hz period.
   Source: ATmega16U4/32U4 data sheet, "ADC" and "16-bit Timers/Counters". Between bursts the converter is off. */
#include "sampling.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/pgmspace.h>

#define REFERENCE _BV(REFS0) /* AVCC */
#define PRESCALER_64 (_BV(ADPS2) | _BV(ADPS1))

static const uint8_t inputs[CHANNELS] PROGMEM = {0, 1, 4, 5, 6, 7};
static volatile uint8_t taken, channel, complete;

static void convert(void) {
    ADMUX = REFERENCE | pgm_read_byte(&inputs[channel]);
    ADCSRA = _BV(ADEN) | _BV(ADSC) | _BV(ADIE) | PRESCALER_64;
}

ISR(TIMER3_COMPA_vect) {
    channel = 0;
    convert();
}

ISR(ADC_vect) {
    samples[channel][taken] = (int16_t)ADC;
    if (++channel < CHANNELS) {
        convert();
        return;
    }
    if (++taken < BURST_SAMPLES) return;
    TIMSK3 = 0;
    TCCR3B = 0;
    ADCSRA = 0;
    complete = 1;
}

void samplingStart(void) {
    DIDR0 = 0xF3;
    OCR3A = F_CPU / 8u / SAMPLE_HZ - 1u;
}

void samplingTrigger(void) {
    taken = 0;
    complete = 0;
    TCNT3 = 0;
    TIFR3 = _BV(OCF3A);
    TIMSK3 = _BV(OCIE3A);
    TCCR3B = _BV(WGM32) | _BV(CS31);
}

int samplingTake(void) {
    if (!complete) return 0;
    complete = 0;
    return 1;
}
