/* A restart of the whole chip. */
#ifndef RESTART_H
#define RESTART_H

void restartTerminal(void) __attribute__((noreturn));

#endif
