/* Events: how many there were since the start (2), then of each: seconds ago (2), event (1), value (2). */
#include "event-log.h"

#include "clock.h"
#include "forwarding.h"
#include "message-types.h"
#include "packing.h"

#define ENTRIES 8
#define ENTRY_BYTES 5

typedef struct {
    uint16_t atS; /* low bits of the clock */
    uint16_t value;
    uint8_t event;
} Entry;

static Entry entries[ENTRIES];
static uint16_t logged;

void logEvent(Event event, uint16_t value) {
    entries[logged % ENTRIES] = (Entry){.atS = (uint16_t)clockSeconds(), .value = value, .event = event};
    logged++;
}

static uint8_t keptEntries(void) { return logged < ENTRIES ? (uint8_t)logged : ENTRIES; }
static const Entry *entryBack(uint8_t back) { return &entries[(logged - 1 - back) % ENTRIES]; }

static void writeEntry(Writer *writer, const Entry *entry) {
    write16(writer, (uint16_t)clockSeconds() - entry->atS);
    write8(writer, entry->event);
    write16(writer, entry->value);
}

void sendEventLog(void) {
    uint8_t content[MAX_CONTENT_BYTES];
    Writer writer = writerOn(content, sizeof content);
    write16(&writer, logged);
    for (uint8_t i = 0; i < keptEntries() && roomLeft(&writer) >= ENTRY_BYTES; i++) writeEntry(&writer, entryBack(i));
    submitContent(CONTENT_EVENTS, content, writer.used);
}
