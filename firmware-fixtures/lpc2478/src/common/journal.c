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

typedef union {
    Record record;
    uint32_t words[LINE_BYTES / 4];
} Line;

static void makeLine(Line *line, const State *state) {
    line->record.state = *state;
    line->record.check = checkOf(state);
}

/* What a sector says: its highest used entry, and the state of the highest valid one (type NONE: none). */
typedef struct {
    State state;
    uint32_t flag;
    int newest, valid;
} SectorScan;

static void scanSector(int sector, SectorScan *scan) {
    scan->state.type = STATE_NONE;
    scan->flag = ERASED_WORD;
    scan->newest = scan->valid = -1;
    for (int entry = (int)JOURNAL_ENTRIES - 1; entry >= 0; entry--) {
        Line line;
        uint32_t flagLine[LINE_BYTES / 4];
        flashRead(entryAddress(sector, entry), &line, LINE_BYTES);
        flashRead(entryAddress(sector, entry) + LINE_BYTES, flagLine, LINE_BYTES);
        if (scan->newest < 0) {
            if (lineIsBlank(line.words) && lineIsBlank(flagLine)) continue;
            scan->newest = entry;
            scan->flag = flagLine[0];
        }
        if (!lineIsBlank(line.words) && line.record.check == checkOf(&line.record.state)) {
            scan->state = line.record.state;
            scan->valid = entry;
            return;
        }
    }
}

void journalLoad(Journal *journal) {
    SectorScan scans[2];
    int active = 0;
    scanSector(0, &scans[0]);
    scanSector(1, &scans[1]);
    if (scans[1].valid >= 0) {
        int16_t ahead = (int16_t)(scans[1].state.generation - scans[0].state.generation);
        if (scans[0].valid < 0 || ahead > 0) active = 1;
    }
    const SectorScan *scan = &scans[active];
    journal->state = scan->state;
    if (scan->valid < 0) journal->state.generation = 1;
    journal->flag = scan->flag;
    journal->active = (int8_t)active;
    journal->newest = (int16_t)scan->newest;
    journal->newestIsValid = scan->newest >= 0 && scan->newest == scan->valid;
    journal->settled = 0;
}

/* Before the first append: the newest entry that reads as used and the one behind it may both have been
   in flight when power went. A valid record gets the same bits once more, which makes weak ones strong;
   otherwise the entry's flag line is cleared, which was never programmed then. The entry behind it gets its
   flag line cleared too. In this order: what comes next is then certainly blank, everything below it
   certainly used, however weak its cells are, and no record was ever programmed over. */
static int settle(Journal *journal) {
    int entry = journal->newest;
    Line line;
    if (journal->newestIsValid) {
        makeLine(&line, &journal->state);
        if (!flashProgramLine(entryAddress(journal->active, entry), line.words)) return 0;
    } else if (entry >= 0 && !flashBurnLine(entryAddress(journal->active, entry) + LINE_BYTES)) {
        return 0;
    }
    if (++entry < (int)JOURNAL_ENTRIES) {
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

    State state = {journal->state.generation, (uint8_t)type, (uint8_t)sectors, length, crc};
    Line line;
    makeLine(&line, &state);
    journal->newest++;
    uint32_t address = entryAddress(journal->active, journal->newest);
    if (!flashProgramLine(address, line.words)) return 0;
    journal->state = state;

    uint32_t flagLine[4] = {ERASED_WORD, ERASED_WORD, ERASED_WORD, ERASED_WORD};
    flagLine[0] = type == STATE_READY ? FLAG_COPY : FLAG_RUN;
    if (!flashProgramLine(address + LINE_BYTES, flagLine)) return 0;
    journal->flag = flagLine[0];
    return 1;
}
