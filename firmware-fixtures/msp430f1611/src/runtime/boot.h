#ifndef BOOT_H
#define BOOT_H

#include <stdint.h>

/* Finishes an update that the newest record knows of, makes the ifunction area again. @returns 1 if there is an
   application to start. */
uint8_t bootDecision(void);
/* What it found; flash is not gone through again for each question. */
extern uint8_t hasApplication;

#endif
