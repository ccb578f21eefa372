/* Clocks, watchdog and pins of the node. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

/* All that may run on its own is stopped; DCO at 4 MHz; nothing on the SPI bus is selected, the radio has no supply. */
void boardStart(void);
/* A reset that the watchdog has made, or a wrong key. Read once: it is cleared. */
uint8_t boardWasReset(void);
/* Resets unless it is fed each second. */
void watchdogFeed(void);
void boardRestart(void) __attribute__((noreturn));

#endif
