#include "adc.h"

#include "arithmetic.h"
#include "clock.h"
#include "msp430f1611.h"

#define CONVERSIONS 4
#define REFERENCE_MILLIVOLTS 2500
#define FULL_SCALE 4095
/* A conversion takes 16 us. */
#define LONGEST_TICKS 33

static uint8_t users;

void adcOn(void) {
    if (users++ > 0) return;
    ADC12CTL0 = ADC12ON | REFON | REF2_5V | SHT0_64;
    ADC12CTL1 = SHP;
}

void adcOff(void) {
    if (--users > 0) return;
    ADC12CTL0 &= ~ENC;
    ADC12CTL0 = 0;
}

static void selectInput(uint8_t input) {
    ADC12CTL0 &= ~ENC;
    ADC12MCTL0 = SREF_VREF | input;
    ADC12CTL0 |= ENC;
}

static uint16_t convertOnce(void) {
    uint16_t start = clockTicks();
    ADC12CTL0 |= ADC12SC;
    while ((ADC12IFG & 1) == 0) {
        if ((uint16_t)(clockTicks() - start) > LONGEST_TICKS) return ADC_FAILED;
    }
    return ADC12MEM0;
}

uint16_t convert(uint8_t input) {
    uint16_t sum = 0;
    selectInput(input);
    for (uint8_t i = 0; i < CONVERSIONS; i++) {
        uint16_t code = convertOnce();
        if (code == ADC_FAILED) return ADC_FAILED;
        sum += code;
    }
    return sum / CONVERSIONS;
}

uint16_t millivoltsOf(uint16_t code) { return scale(code, REFERENCE_MILLIVOLTS, FULL_SCALE); }
