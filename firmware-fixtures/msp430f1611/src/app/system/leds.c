#include "leds.h"

#include "board.h"
#include "msp430f1611.h"

#define FIRST_LED 4

static uint8_t pinsOf(uint8_t leds) { return (uint8_t)(leds << FIRST_LED) & LED_PINS; }

void turnOnLed(uint8_t led) { P5OUT &= (uint8_t)~pinsOf(led); }
void turnOffLed(uint8_t led) { P5OUT |= pinsOf(led); }
void toggleLed(uint8_t led) { P5OUT ^= pinsOf(led); }
uint8_t getLeds(void) { return (uint8_t)(~P5OUT & LED_PINS) >> FIRST_LED; }

void setLeds(uint8_t leds) {
    turnOffLed(LEDS_ALL);
    turnOnLed(leds);
}
