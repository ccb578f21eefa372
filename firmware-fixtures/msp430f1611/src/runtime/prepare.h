/* From a staged file to a bundle. Nothing that is in use is changed. */
#ifndef PREPARE_H
#define PREPARE_H

#include <stdint.h>

#include "file.h"

/* Is the file for what is here, and can it fit? For its first segment. */
uint8_t envelopeFits(const Envelope *envelope);
/* Checks all of the file and of what it makes, and accepts it: from then on the update is certain.
   @returns 0 with nothing changed. */
uint8_t updateAccept(uint16_t page, uint16_t bytes);

#endif
