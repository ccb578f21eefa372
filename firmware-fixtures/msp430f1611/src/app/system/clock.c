#include "clock.h"

#include "msp430f1611.h"
#include "timers.h"

static volatile uint32_t overflows;

void startClock(void) {
    overflows = 0;
    TBCTL = TSSEL_ACLK | MC_CONTINUOUS | TCLR | TIE;
}

/* The counter's clock is not the CPU's: a value counts when it is read twice. */
uint16_t clockTicks(void) {
    uint16_t first;
    uint16_t again = TBR;
    do {
        first = again;
        again = TBR;
    } while (first != again);
    return again;
}

uint32_t clockMs(void) {
    unsigned int wereOn = beginAtomic();
    uint32_t high = overflows;
    uint16_t low = clockTicks();
    /* An overflow that its interrupt has not counted yet. */
    if ((TBCTL & TIFG) != 0 && low < 0x8000) high++;
    endAtomic(wereOn);
    return (high << 11) | (low >> 5);
}

uint32_t clockSeconds(void) { return clockMs() / MS_PER_SECOND; }

void waitTicks(uint16_t ticks) {
    uint16_t start = clockTicks();
    while ((uint16_t)(clockTicks() - start) < ticks) {}
}

void setClockAlarm(uint16_t ticksFromNow) {
    TBCCR0 = clockTicks() + ticksFromNow;
    TBCCTL0 = CCIE;
}

void clockAlarmInterrupt(void) {
    TBCCTL0 = 0;
    postTimersTask();
}

void clockOverflowInterrupt(void) {
    TBCTL &= ~TIFG;
    overflows++;
}
