/* Load control with hysteresis and a rest between steps. Relays on P2.4 to P2.7, 1 = open.
   Source: UM10237, chapter "GPIO" (fast port registers). */
#include "control.h"

#if APP_VERSION >= 120
#include "demand.h"
#include "events.h"
#include "lpc2478.h"
#include "measure.h"
#include "parameters.h"

#define FIO2DIR REG(0x3FFFC040)
#define FIO2SET REG(0x3FFFC058)
#define FIO2CLR REG(0x3FFFC05C)
#define FIRST_PIN 4u

static uint32_t shed, rest;

void controlStart(void) {
    FIO2CLR = ((1u << RELAYS) - 1u) << FIRST_PIN;
    FIO2DIR |= ((1u << RELAYS) - 1u) << FIRST_PIN;
}

static void step(int opens) {
    rest = (uint32_t)parameter(PARAM_SHED_DELAY);
    if (opens) {
        FIO2SET = 1u << (FIRST_PIN + shed++);
        eventAdd(EVENT_SHED, shed, demandForecast());
    } else {
        FIO2CLR = 1u << (FIRST_PIN + --shed);
        eventAdd(EVENT_RESTORED, shed + 1u, demandForecast());
    }
}

void controlSecond(void) {
    if (rest != 0) {
        rest--;
        return;
    }
    int32_t forecast = demandForecast() / 1000;
    if (forecast > parameter(PARAM_SHED_LEVEL) && shed < RELAYS) step(1);
    else if (forecast < parameter(PARAM_RESTORE_LEVEL) && shed != 0) step(0);
}

uint32_t controlShed(void) { return shed; }
int controlHeld(void) { return (int)rest; }
#endif
