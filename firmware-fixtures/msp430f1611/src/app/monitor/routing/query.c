#include "query.h"

#include <stdbool.h>

#include "clock.h"
#include "event-log.h"
#include "forwarding.h"
#include "frame.h"
#include "message-types.h"
#include "packing.h"
#include "parent.h"
#include "power-control.h"
#include "radio.h"
#include "random.h"
#include "settings.h"
#include "timers.h"
#ifdef HAS_SENSING
#include "reporting.h"
#include "sampler.h"
#endif

#define QUERY_BYTES 4
#define SPREAD_MS 300

typedef struct {
    uint8_t number;
    uint16_t target;
    uint8_t about;
} Query;

static void answerFired(void);
static Timer answerTimer = {.fired = answerFired};
static Query lastQuery;

static bool isForUs(const Query *query) { return query->target == ownAddress() || query->target == BROADCAST; }
static bool isNewQuery(const Query *query) { return lastQuery.number == 0 || (int8_t)(query->number - lastQuery.number) > 0; }

static void repeatQuery(void) {
    uint8_t payload[QUERY_BYTES];
    Writer writer = writerOn(payload, sizeof payload);
    write8(&writer, lastQuery.number);
    write16(&writer, lastQuery.target);
    write8(&writer, lastQuery.about);
    sendMessage(BROADCAST, MESSAGE_QUERY, payload, writer.used);
}

/* All values (2 each). */
static void sendSettings(void) {
    uint8_t content[MAX_CONTENT_BYTES];
    Writer writer = writerOn(content, sizeof content);
    for (uint8_t i = 0; i < SETTINGS; i++) write16(&writer, setting(i));
    submitContent(CONTENT_SETTINGS, content, writer.used);
}

/* Uptime (4), parent, cost (2 each), power of the radio (1). */
static void sendRoute(void) {
    uint8_t content[MAX_CONTENT_BYTES];
    Writer writer = writerOn(content, sizeof content);
    write32(&writer, clockSeconds());
    write16(&writer, parentAddress());
    write16(&writer, ownCost());
    write8(&writer, powerLevel());
    submitContent(CONTENT_ROUTE, content, writer.used);
}

#ifdef HAS_SENSING
static void sendLastSample(void) {
    uint8_t content[MAX_CONTENT_BYTES];
    Writer writer = writerOn(content, sizeof content);
    writeSample(&writer, lastSample());
    submitContent(CONTENT_SAMPLE, content, writer.used);
}
#endif

static void answer(uint8_t about) {
    switch (about) {
        case CONTENT_SETTINGS:
            sendSettings();
            break;
        case CONTENT_EVENTS:
            sendEventLog();
            break;
        case CONTENT_ROUTE:
            sendRoute();
            break;
#ifdef HAS_SENSING
        case CONTENT_SAMPLE:
            sendLastSample();
            break;
#endif
    }
}

static void answerFired(void) {
    repeatQuery();
    if (isForUs(&lastQuery)) answer(lastQuery.about);
}

void queryReceived(const Message *message) {
    Reader reader = readerOn(message->payload, message->bytes);
    Query query;
    query.number = read8(&reader);
    query.target = read16(&reader);
    query.about = read8(&reader);
    if (reader.isShort || query.number == 0 || !isNewQuery(&query)) return;
    lastQuery = query;
    startOneShot(&answerTimer, 10 + randomBelow(SPREAD_MS));
}
