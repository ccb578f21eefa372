/* A ring of records. When it is full, every second one of all goes: what is kept reaches back twice as far.
   Bundle: time (4), records (1), flags (1) and values (2 each) of the first, then of each further one the seconds since
   the one before (1), flags (1), differences of the values (1 each). */
#include "sample-buffer.h"

#include <stdbool.h>

#include "clock.h"
#include "forwarding.h"
#include "message-types.h"
#include "network-time.h"
#include "packing.h"
#include "timers.h"

/* BUFFER_RECORDS comes from the build. */
#define RECORDS_PER_BUNDLE 3
#define DELTA_BYTES (2 + CHANNELS)
#define FLUSH_SECONDS 3
#define LONGEST_WAIT_SECONDS 60

typedef struct {
    uint16_t atS; /* low bits of our own clock: the network's may be set meanwhile */
    int16_t values[CHANNELS];
    uint8_t flags;
} Record;

static void flushFired(void);
static Timer flushTimer = {.fired = flushFired};
static Record records[BUFFER_RECORDS];
static uint8_t firstRecord;
static uint8_t usedRecords;
static uint16_t recordsThinned;

static Record *recordAt(uint8_t place) { return &records[(firstRecord + place) % BUFFER_RECORDS]; }
uint8_t bufferedSamples(void) { return usedRecords; }

static void dropOldest(uint8_t count) {
    firstRecord = (firstRecord + count) % BUFFER_RECORDS;
    usedRecords -= count;
}

static void thinOut(void) {
    uint8_t kept = 0;
    for (uint8_t i = 1; i < usedRecords; i += 2) *recordAt(kept++) = *recordAt(i);
    recordsThinned += usedRecords - kept;
    usedRecords = kept;
}

static Record recordOf(const Sample *sample) {
    Record record;
    record.atS = (uint16_t)clockSeconds();
    record.flags = sample->flags;
    for (uint8_t i = 0; i < CHANNELS; i++) record.values[i] = sample->values[i];
    return record;
}

void bufferSample(const Sample *sample) {
    if (usedRecords == BUFFER_RECORDS) thinOut();
    *recordAt(usedRecords++) = recordOf(sample);
}

static uint16_t ageOf(const Record *record) { return (uint16_t)clockSeconds() - record->atS; }

static void writeFirst(Writer *writer, const Record *record, uint8_t count) {
    write32(writer, networkSeconds() - ageOf(record));
    write8(writer, count);
    write8(writer, record->flags);
    for (uint8_t i = 0; i < CHANNELS; i++) write16(writer, (uint16_t)record->values[i]);
}

static bool isByte(int32_t difference) { return difference >= INT8_MIN && difference <= INT8_MAX; }

static bool fitsBehind(const Record *record, const Record *before) {
    if ((uint16_t)(record->atS - before->atS) > UINT8_MAX) return false;
    for (uint8_t i = 0; i < CHANNELS; i++) {
        if (!isByte((int32_t)record->values[i] - before->values[i])) return false;
    }
    return true;
}

static void writeDelta(Writer *writer, const Record *record, const Record *before) {
    write8(writer, (uint8_t)(record->atS - before->atS));
    write8(writer, record->flags);
    for (uint8_t i = 0; i < CHANNELS; i++) write8(writer, (uint8_t)(record->values[i] - before->values[i]));
}

/* Records that one bundle takes. */
static uint8_t countForBundle(void) {
    uint8_t count = 1;
    while (count < usedRecords && count < RECORDS_PER_BUNDLE && fitsBehind(recordAt(count), recordAt(count - 1))) count++;
    return count;
}

static uint8_t composeBundle(Writer *writer) {
    uint8_t count = countForBundle();
    writeFirst(writer, recordAt(0), count);
    for (uint8_t i = 1; i < count; i++) writeDelta(writer, recordAt(i), recordAt(i - 1));
    return count;
}

static void sendBundle(void) {
    uint8_t content[MAX_CONTENT_BYTES];
    Writer writer = writerOn(content, sizeof content);
    uint8_t count = composeBundle(&writer);
    if (submitContent(CONTENT_BUNDLE, content, writer.used)) dropOldest(count);
}

static bool isOldEnough(const Record *record) { return ageOf(record) >= LONGEST_WAIT_SECONDS; }

static bool isBundleDue(void) {
    if (usedRecords == 0 || !hasRoute() || !isForwardingIdle()) return false;
    return usedRecords >= RECORDS_PER_BUNDLE || isOldEnough(recordAt(0));
}

static void flushFired(void) {
    if (isBundleDue()) sendBundle();
}

void startSampleBuffer(void) { startPeriodic(&flushTimer, (uint32_t)FLUSH_SECONDS * MS_PER_SECOND); }
