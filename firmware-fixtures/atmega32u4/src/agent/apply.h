/* Patches: what the envelope says, and applying the staged one in place. */
#ifndef APPLY_H
#define APPLY_H

#include <stdint.h>

#define FORMAT_DELTA 0x44u
#define SCHEME_DG 1u
#define SCHEME_R3 2u
#define SCHEME_DESCENDING 0x40u
#define SCHEME_JOURNAL 0x80u
#define PATCH_CRC_BYTES 2u

typedef struct {
    uint8_t format, scheme;
    uint16_t oldBytes, oldCrc, newBytes, newCrc;
    uint16_t bodyBytes;
} Envelope;

extern Envelope envelope;

/* Is it a patch for the image that is there, and does all fit? Nothing is changed. */
uint8_t envelopeFits(uint16_t patchAt);
/* Length and CRC of the staged patch. */
uint8_t patchGood(uint16_t at, uint16_t end);
/* Steps up to and with newest.step are already done. */
void patchApply(void);
/* After a start: the journal is in the middle of an update. */
void patchResume(void);

#endif
