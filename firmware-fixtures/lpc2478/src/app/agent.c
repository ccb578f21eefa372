/* Update agent of the terminal. Source: decision 0001 (file transfer), SAFETY.md beside the sources.
   Left out: file ids other than 0 and 1, FTP, group upgrade. */
#include "agent.h"

#include "crc.h"
#include "flash-map.h"
#include "flash.h"
#include "journal.h"
#include "restart.h"
#include "staging.h"
#include "support.h"

#define TAIL_BYTES 6u
#define TAIL_SUM_BYTES 2u

/* What is kept of the last frame, as one more segment: its length and its last six bytes. */
typedef struct {
    uint32_t frameBytes;
    uint8_t last[TAIL_BYTES];
} Tail;

static Journal journal;
static Staging staging;
static uint8_t restartWanted;
static uint32_t pageWords[PAGE_BYTES / 4];

static int forgetTransfer(void) {
    ProgramHeader running;
    flashRead(APP_BASE + HEADER_OFFSET, &running, sizeof running);
    staging.segments = 0;
    return journalPut(&journal, STATE_CONFIRMED, 0, running.length, running.crc);
}

/* The old state is made strong first; the staging area counts as erased only when the journal says so. */
static int beginTransfer(uint32_t segments) {
    uint32_t sectors = stagingSectorsFor(segments);
    if (!forgetTransfer()) return 0;
    if (!stagingErase(sectors)) return 0;
    if (!journalPut(&journal, STATE_TRANSFER, sectors, segments * PAGE_BYTES, 0)) return 0;
    stagingScan(&staging, sectors, segments);
    staging.settled = 1;
    return 1;
}

/* Length of the staged program from its own header, and where the sums begin in the last frame. */
static uint32_t stagedLength(const Tail *tail, uint32_t *sumBytes) {
    ProgramHeader header;
    flashRead(stagingAddress(&staging, 0) + HEADER_OFFSET, &header, sizeof header);
    uint32_t before = (staging.segments - 1u) * PAGE_BYTES;
    if (header.length <= before || header.length - before > PAGE_BYTES) return 0;
    *sumBytes = tail->frameBytes - (header.length - before);
    return header.length;
}

/* The whole file, read back from flash: every segment, the sums that came with it, a program of ours. */
static int stagedFileGood(uint32_t *length, uint32_t *crc) {
    union {
        Tail tail;
        uint32_t words[LINE_BYTES / 4];
    } line;
    uint32_t sumBytes = 0;
    uint32_t sum = 0;
    flashRead(stagingAddress(&staging, staging.segments), &line, LINE_BYTES);
    *length = stagedLength(&line.tail, &sumBytes);
    if (*length == 0 || !stagingComplete(&staging, *length)) return 0;
    if (sumBytes != TAIL_SUM_BYTES && sumBytes != TAIL_BYTES) return 0;
    *crc = stagingFileCrc(&staging, *length, &sum);
    const uint8_t *sums = line.tail.last + TAIL_BYTES - sumBytes;
    if (get16(sums) != sum) return 0;
    if (sumBytes == TAIL_BYTES && get32(sums + 2) != *crc) return 0;
    return stagingImageGood(&staging, *length);
}

/* Nothing is missing any more: check, and only then let the loader have it. */
static AgentResult finishTransfer(void) {
    uint32_t length = 0;
    uint32_t crc = 0;
    if (!stagingSettle(&staging)) return AGENT_NOT_STORED;
    if (!stagedFileGood(&length, &crc)) {
        forgetTransfer();
        return AGENT_FILE_ERROR;
    }
    if (!journalPut(&journal, STATE_READY, journal.state.sectors, length, crc)) {
        return AGENT_NOT_STORED;
    }
    restartWanted = 1;
    return AGENT_DONE;
}

void agentStart(void) {
    journalLoad(&journal);
    const State *state = &journal.state;
    if (state->type == STATE_READY) {
        /* Checked and ready, yet this program runs: the record was weak and read otherwise in the loader.
           Say it again, strongly. */
        if (journalPut(&journal, STATE_READY, state->sectors, state->length, state->crc)) {
            restartTerminal();
        }
    }
    if (state->type != STATE_TRANSFER) return;
    stagingScan(&staging, state->sectors, state->length / PAGE_BYTES);
    if (staging.missing == 0 && finishTransfer() == AGENT_DONE) restartTerminal();
}

AgentResult agentClear(void) {
    if (journal.state.type != STATE_TRANSFER) return AGENT_DONE;
    return forgetTransfer() ? AGENT_DONE : AGENT_NOT_STORED;
}

static int sameInFlash(uint32_t segment, const uint32_t *words) {
    return stagingHas(&staging, segment) &&
           flashEquals(stagingAddress(&staging, segment), words, PAGE_BYTES);
}

/* A slot that does not take its data is left behind; the next one is tried. */
static AgentResult store(uint32_t segment, const uint32_t *words) {
    if (sameInFlash(segment, words)) return AGENT_DONE;
    /* The log is about to grow: the record that says it exists must not change its mind. */
    if (!journal.settled &&
        !journalPut(&journal, STATE_TRANSFER, journal.state.sectors, journal.state.length, 0)) {
        return AGENT_NOT_STORED;
    }
    for (int attempt = 0; attempt < 2; attempt++) {
        StoreResult result = stagingStore(&staging, segment, words);
        if (result == STORED) return AGENT_DONE;
        if (result == STORE_FULL) {
            forgetTransfer();
            return AGENT_FILE_ERROR;
        }
    }
    return AGENT_NOT_STORED;
}

static void fillPage(const uint8_t *data, uint32_t bytes) {
    memset(pageWords, 0xFF, sizeof pageWords);
    memcpy(pageWords, data, bytes < PAGE_BYTES ? bytes : PAGE_BYTES);
}

static AgentResult storeTail(const uint8_t *data, uint32_t bytes) {
    Tail tail;
    uint32_t kept = bytes < TAIL_BYTES ? bytes : TAIL_BYTES;
    memset(&tail, 0xFF, sizeof tail);
    tail.frameBytes = bytes;
    memcpy(tail.last + TAIL_BYTES - kept, data + bytes - kept, kept);
    fillPage((const uint8_t *)&tail, sizeof tail);
    return store(staging.segments, pageWords);
}

/* A file unit, its header read. */
typedef struct {
    uint32_t segments, segment, isLast;
    const uint8_t *data;
    uint32_t bytes;
} Unit;

/* Widths of "total segments" and "segment" in the header: 376.1, and Table 5 of the paper read as one
   byte or as two. Only one of them makes the length field fit the bytes that are there. */
static const uint8_t layouts[][2] = {{2, 4}, {1, 1}, {2, 2}};

static uint32_t getLittle(const uint8_t *at, uint32_t bytes) {
    uint32_t value = 0;
    while (bytes-- != 0) value = (value << 8) | at[bytes];
    return value;
}

static int unitRead(const uint8_t *unit, uint32_t count, Unit *to) {
    for (uint32_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        uint32_t idAt = 3u + layouts[i][0];
        uint32_t lengthAt = idAt + layouts[i][1];
        if (count < lengthAt + 2u) continue;
        to->segments = getLittle(unit + 3, layouts[i][0]);
        to->segment = getLittle(unit + idAt, layouts[i][1]);
        to->bytes = get16(unit + lengthAt);
        to->data = unit + lengthAt + 2;
        to->isLast = to->segment == to->segments - 1u;
        if (to->bytes != count - lengthAt - 2u || to->segments == 0 ||
            to->segments > MAX_SEGMENTS || to->segment >= to->segments || unit[1] != to->isLast ||
            unit[2] != 0) {
            continue;
        }
        if (to->isLast) {
            if (to->bytes > TAIL_SUM_BYTES && to->bytes <= PAGE_BYTES + TAIL_BYTES) return 1;
        } else if (to->bytes == PAGE_BYTES) {
            return 1;
        }
    }
    return 0;
}

/* The last frame of the file that already runs, sent again because its reply was lost. */
static int alreadyInstalled(const Unit *unit) {
    const State *state = &journal.state;
    return state->type == STATE_DONE && unit->isLast && unit->bytes > TAIL_BYTES &&
           (state->length + PAGE_BYTES - 1u) / PAGE_BYTES == unit->segments &&
           get32(unit->data + unit->bytes - 4u) == state->crc;
}

AgentResult agentSegment(const uint8_t *bytes, uint32_t count, uint32_t *id) {
    Unit unit;
    if (!unitRead(bytes, count, &unit)) return AGENT_FILE_ERROR;
    *id = unit.segment;
    if (restartWanted) return AGENT_DONE;
    if (journal.state.type != STATE_TRANSFER) {
        if (alreadyInstalled(&unit)) return AGENT_DONE;
        if (!beginTransfer(unit.segments)) return AGENT_NOT_STORED;
    }
    if (unit.segments != staging.segments) return AGENT_FILE_ERROR;

    AgentResult result = unit.isLast ? storeTail(unit.data, unit.bytes) : AGENT_DONE;
    if (result != AGENT_DONE) return result;
    fillPage(unit.data, unit.bytes);
    result = store(unit.segment, pageWords);
    if (result != AGENT_DONE || staging.missing != 0) return result;
    return finishTransfer();
}

int agentMissing(uint8_t *out) {
    if (journal.state.type != STATE_TRANSFER && !restartWanted) return 0;
    memset(out, 0, MISSING_REPLY_BYTES);
    for (uint32_t i = 0; i < staging.segments; i++) {
        int missing = !stagingHas(&staging, i);
        if (i == staging.segments - 1u && !stagingHas(&staging, i + 1u)) missing = 1;
        if (missing) out[4 + i / 8u] |= (uint8_t)(1u << (i % 8u));
    }
    return 1;
}

int agentWantsRestart(void) { return restartWanted; }

void agentStatus(AgentStatus *status) {
    status->state = journal.state.type;
    status->flag = journal.flag;
    status->segments = staging.segments;
    status->missing = staging.missing;
    status->slotsUsed = staging.next;
    status->slots = staging.slots;
}
