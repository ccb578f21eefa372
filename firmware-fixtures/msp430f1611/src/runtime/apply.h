/* A bundle's way into flash; each segment of it can be done again. */
#ifndef APPLY_H
#define APPLY_H

#include <stdint.h>

/* The newest record says that an update is under way. @returns 0 if flash does not take it. */
uint8_t updateApply(void);

#endif
