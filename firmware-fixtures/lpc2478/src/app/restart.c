/* Restart through the watchdog, so that the whole chip starts again.
   Source: UM10237, chapter "Watchdog timer": enabled with reset, shortest time, fed once, left alone. */
#include "restart.h"

#include "lpc2478.h"
#include "support.h"

void restartTerminal(void) {
    interruptsMask();
    WDTC = 0xFF;
    WDMOD = 3;
    WDFEED = 0xAA;
    WDFEED = 0x55;
    for (;;) {
    }
}
