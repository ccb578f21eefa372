/* What the node keeps of its program for R2, in the last two sectors of external flash. Source: README.md, "R2". */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdint.h>

#include "file.h"

#define SLOTS_FIRST_PAGE 3584u

/* Looks for the newest whole one that makes the envelope's base. @returns 0 if there is none. */
uint8_t baseFileFind(const Envelope *envelope);
/* Makes the new one out of the one that was found and the file at `page`, in the other slot, but for that slot's
   header. @returns the slot's page; 0 if a command is wrong, another file comes out, or external flash fails. */
uint16_t baseFileMake(uint16_t page, const Envelope *envelope);
/* The header, which makes it count. @returns 0 if external flash does not take it. */
uint8_t baseFileSeal(const Envelope *envelope);
/* The image that the slot at bundle.file makes. */
void baseFileImage(uint16_t at, void *to, uint16_t count);

#endif
