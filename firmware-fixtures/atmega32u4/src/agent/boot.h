/* What a start does before anything else. */
#ifndef BOOT_H
#define BOOT_H

#include <stdint.h>

/* Finishes an update that the journal knows of. @returns 1 if the application may be started. */
uint8_t bootDecision(void);

#endif
