#include "status-leds.h"

#include "leds.h"
#include "settings.h"

void showSampling(void) {
    if (setting(SHOWS_LEDS)) turnOnLed(LED_RED);
}
void showSampled(void) { turnOffLed(LED_RED); }
void showReceived(void) {
    if (setting(SHOWS_LEDS)) toggleLed(LED_GREEN);
}
void showDelivered(void) {
    if (setting(SHOWS_LEDS)) toggleLed(LED_BLUE);
}
void showFailure(void) { setLeds(LEDS_ALL); }
