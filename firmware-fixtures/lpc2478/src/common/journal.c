/* Journal: append-only entries of two lines each, first the record, then the start flag.
   Source: SAFETY.md beside the sources, where each step is gone through for cuts.
   Left out: nothing is ever changed in place. */
#include "journal.h"

#include "crc.h"
#include "flash-map.h"
#include "flash.h"

typedef struct {
    State state;
    uint32_t check;
} Record;

static uint32_t entryAddress(int sector, int entry) {
    return JOURNAL_BASE + (uint32_t)sector * JOURNAL_SECTOR_BYTES + (uint32_t)entry * ENTRY_BYTES;
}

static uint32_t checkOf(const State *state) {
    return ~crc32Words(CRC32_START, (const uint32_t *)(const void *)state, sizeof(State) / 4);
}

static int lineIsBlank(const uint32_t *line) {
    return (line[0] & line[1] & line[2] & line[3]) == ERASED_WORD;
}

/* Highest used entry of a sector, and the state of the highest valid one (type NONE: there is none). */
static int scanSector(int sector, State *state, uint32_t *flag) {
    int newest = -1;
    state->type = STATE_NONE;
    for (int entry = (int)JOURNAL_ENTRIES - 1; entry >= 0; entry--) {
        union {
            Record record;
            uint32_t words[4];
        } line;
        uint32_t flagLine[4];
        flashRead(entryAddress(sector, entry), &line, LINE_BYTES);
        flashRead(entryAddress(sector, entry) + LINE_BYTES, flagLine, LINE_BYTES);
        if (newest < 0) {
            if (lineIsBlank(line.words) && lineIsBlank(flagLine)) continue;
            newest = entry;
            *flag = flagLine[0];
        }
        if (!lineIsBlank(line.words) && line.record.check == checkOf(&line.record.state)) {
            *state = line.record.state;
            break;
        }
    }
    return newest;
}

void journalLoad(Journal *journal) {
    State states[2];
    uint32_t flags[2] = {ERASED_WORD, ERASED_WORD};
    int newest[2];
    for (int sector = 0; sector < 2; sector++) {
        newest[sector] = scanSector(sector, &states[sector], &flags[sector]);
    }
    int active = 0;
    if (states[1].type != STATE_NONE) {
        int16_t ahead = (int16_t)(states[1].generation - states[0].generation);
        if (states[0].type == STATE_NONE || ahead > 0) active = 1;
    }
    journal->state = states[active];
    if (journal->state.type == STATE_NONE) journal->state.generation = 1;
    journal->flag = flags[active];
    journal->active = (int8_t)active;
    journal->newest = (int16_t)newest[active];
    journal->settled = 0;
}

/* Before the first append: the newest entry that reads as used and the one behind it may both have been
   in flight when power went. Clear the flag line of both, in this order; the next entry is then certainly
   blank, and everything below it certainly used, however weak its cells are. */
static int settle(Journal *journal) {
    int entry = journal->newest;
    for (int i = 0; i < 2; i++, entry++) {
        if (entry < 0 || entry >= (int)JOURNAL_ENTRIES) continue;
        if (!flashBurnLine(entryAddress(journal->active, entry) + LINE_BYTES)) return 0;
        journal->newest = (int16_t)entry;
    }
    journal->settled = 1;
    return 1;
}

/* The sector is full to its last entry. Erase the other one and go on there: its first record is only
   ever programmed behind a complete erase, so a valid one proves the erase. */
static int changeSector(Journal *journal) {
    int other = 1 - journal->active;
    uint32_t sector = JOURNAL_FIRST_SECTOR + (uint32_t)other;
    if (!flashErase(sector, sector)) return 0;
    journal->active = (int8_t)other;
    journal->newest = -1;
    journal->state.generation++;
    return 1;
}

int journalPut(Journal *journal, StateType type, uint32_t sectors, uint32_t length, uint32_t crc) {
    if (!journal->settled && !settle(journal)) return 0;
    if (journal->newest + 1 >= (int)JOURNAL_ENTRIES && !changeSector(journal)) return 0;

    union {
        Record record;
        uint32_t words[4];
    } line;
    line.record.state.generation = journal->state.generation;
    line.record.state.type = (uint8_t)type;
    line.record.state.sectors = (uint8_t)sectors;
    line.record.state.length = length;
    line.record.state.crc = crc;
    line.record.check = checkOf(&line.record.state);

    journal->newest++;
    uint32_t address = entryAddress(journal->active, journal->newest);
    if (!flashProgramLine(address, line.words)) return 0;
    journal->state = line.record.state;

    uint32_t flagLine[4] = {ERASED_WORD, ERASED_WORD, ERASED_WORD, ERASED_WORD};
    flagLine[0] = type == STATE_READY ? FLAG_COPY : FLAG_RUN;
    if (!flashProgramLine(address + LINE_BYTES, flagLine)) return 0;
    journal->flag = flagLine[0];
    return 1;
}
