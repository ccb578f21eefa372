/* Interrupts of the clock. */

#include "interrupt.h"

    interrupt timerB0Interrupt, clockAlarmInterrupt
    interrupt timerB1Interrupt, clockOverflowInterrupt
