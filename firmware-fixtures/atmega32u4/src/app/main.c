/* Main loop of the node: serve what came in, do what a second asks for, sleep until the next interrupt. */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <avr/wdt.h>

#include "link.h"
#include "meter.h"
#include "serial.h"
#include "tick.h"

int main(void) {
    wdt_enable(WDTO_2S);
    meterStart();
    tickStart();
    serialStart();
    sei();
    linkStart();
    uint16_t second = tickNow();
    set_sleep_mode(SLEEP_MODE_IDLE);
    for (;;) {
        wdt_reset();
        linkPoll();
        meterPoll();
        if ((uint16_t)(tickNow() - second) >= TICKS_PER_SECOND) {
            second += TICKS_PER_SECOND;
            linkSecond();
            meterSecond();
        }
        sleep_mode();
    }
}
