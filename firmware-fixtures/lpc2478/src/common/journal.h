/* The journal: what the terminal is doing, in two sectors used in turn (SAFETY.md, "Journal").
   Every record carries the whole state, so the newest valid record is the state. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stdint.h>

typedef enum {
    STATE_NONE = 0x00,      /* nothing was ever recorded */
    STATE_CONFIRMED = 0xC3, /* no transfer; what lies in the staging area means nothing */
    STATE_TRANSFER = 0x3C,  /* the staging area was erased completely; segments arrive */
    STATE_READY = 0xA5,     /* the staged file passed its check; the loader has to copy it */
    STATE_DONE = 0x5A       /* the copy was verified */
} StateType;

/* The first twelve bytes of a record. */
typedef struct {
    uint16_t generation; /* of the sector */
    uint8_t type;
    uint8_t sectors; /* staging data sectors that were erased for this transfer */
    uint32_t length; /* bytes of the file; in STATE_TRANSFER its segments * 256 */
    uint32_t crc;    /* CRC-32 of the file */
} State;

typedef struct {
    State state;
    uint32_t flag; /* the paper's start flag beside the newest entry: a hint, decides nothing */
    int8_t active; /* sector in use, 0 or 1 */
    uint8_t settled;
    uint8_t newestIsValid;
    int16_t newest; /* highest entry that is used, -1 = none */
} Journal;

/* Read only. Programs nothing, so it may be called as often as one likes. */
void journalLoad(Journal *journal);
/* Append a record. The first append after a start first closes every line that may have been in flight. */
int journalPut(Journal *journal, StateType type, uint32_t sectors, uint32_t length, uint32_t crc);

#endif
