/* Light, pulse output and phase lamps. Source: ATmega16U4/32U4 data sheet, "I/O-Ports": a one in PINx toggles the pin. */
#include "indicators.h"

#include <avr/io.h>

#include "energy.h"
#include "measure.h"
#include "parameters.h"

#define LAMPS (_BV(PD4) | _BV(PD5) | _BV(PD6))

void indicatorsStart(void) {
    DDRC |= _BV(PC7);
    DDRB |= _BV(PB0);
    DDRD |= LAMPS;
}

/* PC7 blinks; PB0 changes with the pulses of the meter constant; PD4 to PD6 show the phases that are alive. */
void indicatorsSecond(void) {
    static uint32_t pulses;
    uint8_t alive = 0;
    PINC = _BV(PC7);
    if (energyPulses() != pulses) PINB = _BV(PB0);
    pulses = energyPulses();
    for (uint8_t i = 0; i < PHASES; i++) {
        if (readings.phase[i].volts * 2 > parameter(PARAM_V_NOMINAL)) alive |= _BV(PD4) << i;
    }
    PORTD = (PORTD & ~LAMPS) | alive;
}
