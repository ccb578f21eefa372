/* The log of states, in sectors 0 and 1 of external flash. What each cut leaves: SAFETY.md. */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdint.h>

#define STATE_IDLE 1u
#define STATE_APPLYING 2u /* the bundle is whole and is on its way into flash */

typedef struct {
    uint16_t sequence;
    uint8_t state;
    uint8_t step;    /* of an update: segments of the bundle that are finished */
    uint16_t head;   /* first page that nobody has been given; up to the end of its sector all is erased */
    uint16_t bundle; /* page of the bundle that was accepted last; 0 = none */
    uint16_t crc;    /* CRC-16 of the eight bytes before */
    uint8_t complement[10]; /* of the ten bytes before: no damage in one direction leaves both fitting */
} Record;

/* The newest good record; idle, nothing accepted, where there is none. */
extern Record newest;

void recordsLoad(void);
/* Appends `newest` under the next number. The first time after a start all that may be half there behind the newest
   record is made void first. @returns 0 if external flash does not take it. */
uint8_t recordAppend(void);
/* Has this start appended `newest`? Only then it may be acted upon. */
uint8_t recordIsFresh(void);

#endif
