/* Timer 0, match 0, reset and interrupt on match. Source: UM10237, chapter "Timers". */
#include "tick.h"

#include "clock.h"
#include "lpc2478.h"

#define TICKS_PER_LOOK 10u

volatile uint8_t workPending;
static volatile uint32_t ticks;
static uint32_t ticksToLook = TICKS_PER_LOOK;

static void timer0Handler(void) {
    TIR(TIMER0_BASE) = 1;
    ticks++;
    if (--ticksToLook == 0) {
        ticksToLook = TICKS_PER_LOOK;
        workPending = 1;
    }
}

void tickStart(void) {
    TTCR(TIMER0_BASE) = 2;
    TPR(TIMER0_BASE) = 0;
    TMR0(TIMER0_BASE) = PCLK_HZ / TICKS_PER_SECOND - 1u;
    TMCR(TIMER0_BASE) = 3;
    TIR(TIMER0_BASE) = 0xFF;
    VICVectAddr(VIC_TIMER0) = (uint32_t)(uintptr_t)timer0Handler;
    VICVectPriority(VIC_TIMER0) = 4;
    VICIntEnable = 1u << VIC_TIMER0;
    TTCR(TIMER0_BASE) = 1;
}

uint32_t tickNow(void) { return ticks; }
