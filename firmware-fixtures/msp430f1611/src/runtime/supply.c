/* AVcc / 2 against the reference of 2.5 V. Source: MSP430x1xx user's guide, "ADC12". */
#include "supply.h"

#include "msp430f1611.h"

#define HALF_SUPPLY 11
#define SETTLE_TICKS 557u /* 17 ms of ACLK */
#define LEAST 2212u       /* 2.7 V / 2 of 2.5 V in 4096 */

static void waitTicks(uint16_t ticks) {
    TBCTL = TSSEL_ACLK | MC_CONTINUOUS | TCLR;
    TBCCR0 = ticks;
    TBCCTL0 = 0;
    while (!(TBCCTL0 & CCIFG)) {}
    TBCTL = 0;
}

uint8_t supplyIsGood(void) {
    if (!(ADC12CTL0 & REFON)) {
        ADC12CTL0 &= ~ENC;
        ADC12CTL0 = SHT0_64 | REF2_5V | REFON | ADC12ON;
        ADC12CTL1 = SHP;
        ADC12MCTL0 = SREF_VREF | HALF_SUPPLY;
        waitTicks(SETTLE_TICKS);
    }
    ADC12CTL0 |= ENC | ADC12SC;
    while (ADC12CTL1 & ADC12BUSY) {}
    return ADC12MEM0 >= LEAST;
}

void supplyWait(void) {
    while (!supplyIsGood()) {}
}

void supplyEnd(void) {
    ADC12CTL0 &= ~ENC;
    ADC12CTL0 = 0;
}
