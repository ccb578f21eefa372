/* Console on UART0: one command a line. */
#ifndef CONSOLE_H
#define CONSOLE_H

void consolePoll(void);

#endif
