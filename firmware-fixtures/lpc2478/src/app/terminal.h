/* The metering side of the terminal, as the main loop sees it. */
#ifndef TERMINAL_H
#define TERMINAL_H

void terminalStart(void);
/* Whenever an interrupt has woken the core. */
void terminalPoll(void);
/* Once a second. */
void terminalSecond(void);

#endif
