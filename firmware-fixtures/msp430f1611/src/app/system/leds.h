/* Three LEDs. */
#ifndef LEDS_H
#define LEDS_H
#include <stdint.h>

#define LED_RED 1
#define LED_GREEN 2
#define LED_BLUE 4
#define LEDS_ALL 7

void turnOnLed(uint8_t led);
void turnOffLed(uint8_t led);
void toggleLed(uint8_t led);
void setLeds(uint8_t leds);
uint8_t getLeds(void);

#endif
