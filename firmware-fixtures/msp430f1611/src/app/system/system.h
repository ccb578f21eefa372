/* Board, clock and timers, in the order in which they need each other. */
#ifndef SYSTEM_H
#define SYSTEM_H

void startSystem(void);

#endif
