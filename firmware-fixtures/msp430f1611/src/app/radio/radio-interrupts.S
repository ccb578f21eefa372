/* Interrupt of the radio's FIFOP pin. */

#include "interrupt.h"

    interrupt port1Interrupt, fifopInterrupt
