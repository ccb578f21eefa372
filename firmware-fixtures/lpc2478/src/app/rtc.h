/* The real-time clock of this part. */
#ifndef RTC_H
#define RTC_H

#include "lpc2478.h"

#define RTC_RUN 0x11u /* CLKEN, 32 kHz oscillator */

#endif
