/* Busy waiting at 4 MHz: microseconds, and a few more for the call. */
#ifndef WAIT_H
#define WAIT_H
#include <stdint.h>

void waitUs(uint16_t us);

#endif
