/* Counters: uptime in s (4), radio, forwarding, parent, cost, changes of it, bytes of
   stack used (2 each).
   Neighbours: how many (1), then of each its address (2), cost (2), beacons heard of 255 (1), cost of the link (1), RSSI (1). */
#include "diagnostics.h"

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "forwarding.h"
#include "link-quality.h"
#include "message-types.h"
#include "neighbours.h"
#include "packing.h"
#include "parent.h"
#include "radio-guard.h"
#include "radio.h"
#include "settings.h"
#include "stack-use.h"
#include "timers.h"

#define NEIGHBOUR_BYTES 7

static void diagnosticsFired(void);
static Timer diagnosticsTimer = {.fired = diagnosticsFired};
static bool neighboursAreNext;

static void writeRadioCounters(Writer *writer) {
    write16(writer, radioCounters.sent);
    write16(writer, radioCounters.received);
    write16(writer, radioCounters.repeated);
    write16(writer, radioCounters.unanswered);
    write16(writer, radioCounters.channelBusy);
    write16(writer, radioCounters.damaged);
    write16(writer, radioRestarts);
}

static void writeForwardingCounters(Writer *writer) {
    write16(writer, forwardingCounters.delivered);
    write16(writer, forwardingCounters.forwarded);
    write16(writer, forwardingCounters.dropped);
    write16(writer, forwardingCounters.duplicates);
}

static void writeRoute(Writer *writer) {
    write16(writer, parentAddress());
    write16(writer, ownCost());
    write16(writer, parentChanges);
}

static void sendCounters(void) {
    uint8_t content[MAX_CONTENT_BYTES];
    Writer writer = writerOn(content, sizeof content);
    write32(&writer, clockSeconds());
    writeRadioCounters(&writer);
    writeForwardingCounters(&writer);
    writeRoute(&writer);
    write16(&writer, stackUse());
    submitContent(CONTENT_COUNTERS, content, writer.used);
}

static void writeNeighbour(Writer *writer, const Neighbour *neighbour) {
    write16(writer, neighbour->address);
    write16(writer, neighbour->cost);
    write8(writer, neighbour->inQuality);
    write8(writer, (uint8_t)linkCost(neighbour));
    write8(writer, (uint8_t)neighbour->rssi);
}

static void sendNeighbours(void) {
    uint8_t content[MAX_CONTENT_BYTES];
    Writer writer = writerOn(content, sizeof content);
    write8(&writer, countNeighbours());
    for (uint8_t i = 0; i < NEIGHBOURS; i++) {
        const Neighbour *neighbour = neighbourAt(i);
        if (neighbour != NULL && roomLeft(&writer) >= NEIGHBOUR_BYTES) writeNeighbour(&writer, neighbour);
    }
    submitContent(CONTENT_NEIGHBOURS, content, writer.used);
}

static void scheduleDiagnostics(void) {
    startOneShot(&diagnosticsTimer, (uint32_t)setting(DIAGNOSTICS_SECONDS) * MS_PER_SECOND);
}

static void diagnosticsFired(void) {
    scheduleDiagnostics();
    if (neighboursAreNext) sendNeighbours();
    else sendCounters();
    neighboursAreNext = !neighboursAreNext;
}

void startDiagnostics(void) { scheduleDiagnostics(); }
