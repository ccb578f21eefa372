/* Blink, as TinyOS has it: three timers, three LEDs. CASE: the paper's single changes 1 to 4; 0 is Blink itself. */
#include "board.h"
#include "leds.h"
#include "msp430f1611.h"
#include "scheduler.h"
#include "system.h"
#include "timers.h"

#ifndef CASE
#define CASE 0
#endif

static void timer0Fired(void);
static void timer1Fired(void);
static void timer2Fired(void);

static Timer timer0 = {.fired = timer0Fired};
static Timer timer1 = {.fired = timer1Fired};
static Timer timer2 = {.fired = timer2Fired};
static struct {
    uint16_t red, green, blue;
} flashes;

#if CASE == 4
/* There and back, then all of them twice. */
static void controlPattern(void) {
    uint8_t step = flashes.red & 7;
    if (step < 3) setLeds(LED_RED << step);
    else if (step < 5) setLeds(LED_GREEN >> (step - 3));
    else setLeds(step == 6 ? 0 : LEDS_ALL);
}
#endif

static void timer0Fired(void) {
    flashes.red++;
    toggleLed(LED_RED);
#if CASE == 4
    controlPattern();
#endif
}

static void timer1Fired(void) {
    flashes.green++;
    toggleLed(LED_GREEN);
}

static void timer2Fired(void) {
#if CASE != 1
    flashes.blue++;
    toggleLed(LED_BLUE);
#endif
}

int main(void) {
    startSystem();
    setLeds(0);
#if CASE == 3
    if ((P2IN & BUTTON_PIN) == 0) {
        setLeds(LEDS_ALL);
    } else {
        turnOnLed(LED_BLUE);
    }
#endif
#if CASE == 2
    startPeriodic(&timer0, 100);
    startPeriodic(&timer1, 200);
    startPeriodic(&timer2, 400);
#else
    startPeriodic(&timer0, 250);
    startPeriodic(&timer1, 500);
    startPeriodic(&timer2, 1000);
#endif
    runTasks();
}
