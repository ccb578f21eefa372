/* The log: two pages used in turn, records appended. What each cut leaves: SAFETY.md. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stdint.h>

/* `page` of a record that is no step of an update. */
#define STATE_BEGIN 0xFDu /* a staged patch is accepted, no step is done yet; below it are steps */
#define STATE_IDLE 0xFEu
#define STATE_INVALID 0xFFu /* a full image is under way: nothing may be started */

#define RECORD_BYTES 16u

typedef struct {
    uint8_t sequence;
    uint8_t page; /* number of the page that the step replaces, or a state */
    uint16_t step;
    uint8_t spare;     /* number of the page that holds the new contents; the last one used, in a state */
    uint8_t patchPage; /* where the staged patch begins */
    uint16_t crc;      /* CRC-16 of the six bytes before */
    uint8_t complement[8]; /* of the eight bytes before: no damage in one direction leaves both fitting */
} Record;

/* The newest good record; state idle where there is none. */
extern Record newest;

void journalLoad(void);
/* Fields but sequence and checks are those of `newest`. The first one of a power-up makes the newest record strong
   before it goes into the other page. */
void journalAppend(uint8_t page);

#endif
