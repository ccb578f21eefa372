#include "forwarding.h"

#include <stddef.h>
#include <string.h>

#include "duplicates.h"
#include "event-log.h"
#include "frame.h"
#include "link-quality.h"
#include "message-types.h"
#include "neighbours.h"
#include "parent.h"
#include "radio.h"
#include "sink.h"
#include "status-leds.h"
#include "timers.h"
#ifdef HAS_NIGHT
#include "night.h"
#endif

#define PACKETS 5
#define MAX_HOPS 15
#define MAX_TRIES 5
#define RETRY_MS 700
#define SEQUENCE_AT 2
#define HOPS_AT 3
#define KIND_AT 4

typedef struct {
    uint8_t bytes, tries;
    uint8_t data[MAX_PAYLOAD_BYTES];
} Packet;

static void retryFired(void);
static Timer retryTimer = {.fired = retryFired};
static Packet packets[PACKETS];
static uint8_t firstPacket;
static uint8_t usedPackets;
static uint8_t nextSequence;
static bool isUnderWay;
ForwardingCounters forwardingCounters;

static Packet *packetAt(uint8_t place) { return &packets[(firstPacket + place) % PACKETS]; }
bool isForwardingIdle(void) { return usedPackets == 0; }
bool hasRoute(void) { return isSink() || parentAddress() != NO_NODE; }

static Packet *addPacket(void) {
    if (usedPackets >= PACKETS) {
        forwardingCounters.dropped++;
        return NULL;
    }
    Packet *packet = packetAt(usedPackets++);
    packet->tries = 0;
    return packet;
}

static void removePacket(void) {
    firstPacket = (firstPacket + 1) % PACKETS;
    usedPackets--;
}

static bool canSend(void) {
    if (usedPackets == 0 || isUnderWay || !hasRoute()) return false;
#ifdef HAS_NIGHT
    if (!maySend()) return false;
#endif
    return true;
}

static void retryLater(void) {
    if (!isTimerRunning(&retryTimer)) startOneShot(&retryTimer, RETRY_MS);
}

static void sendNextPacket(void) {
    const Packet *packet = packetAt(0);
    if (canSend()) isUnderWay = sendMessage(parentAddress(), MESSAGE_DATA, packet->data, packet->bytes);
    if (usedPackets > 0) retryLater();
}

/* A frame that a restart of the radio has taken away is given up here: its packet is tried again. */
static void retryFired(void) {
    if (queuedMessages() == 0) isUnderWay = false;
    sendNextPacket();
}

void startForwarding(void) {
    firstPacket = 0;
    usedPackets = 0;
    isUnderWay = false;
}

static void composeData(Packet *packet, uint8_t kind, const uint8_t *content, uint8_t bytes) {
    put16(packet->data, ownAddress());
    packet->data[SEQUENCE_AT] = nextSequence++;
    packet->data[HOPS_AT] = 0;
    packet->data[KIND_AT] = kind;
    memcpy(packet->data + DATA_HEADER_BYTES, content, bytes);
    packet->bytes = DATA_HEADER_BYTES + bytes;
}

bool submitContent(uint8_t kind, const uint8_t *content, uint8_t bytes) {
    if (isSink()) {
        contentArrived(ownAddress(), nextSequence++, kind, 0);
        return true;
    }
    if (bytes > MAX_CONTENT_BYTES) return false;
    Packet *packet = addPacket();
    if (packet == NULL) return false;
    composeData(packet, kind, content, bytes);
    sendNextPacket();
    return true;
}

static void forward(const Message *message) {
    Packet *packet = addPacket();
    if (packet == NULL) return;
    memcpy(packet->data, message->payload, message->bytes);
    packet->data[HOPS_AT]++;
    packet->bytes = message->bytes;
    forwardingCounters.forwarded++;
    sendNextPacket();
}

static bool isWellFormed(const Message *message) {
    return message->bytes >= DATA_HEADER_BYTES && message->bytes <= MAX_PAYLOAD_BYTES && message->payload[HOPS_AT] < MAX_HOPS;
}

void dataReceived(const Message *message) {
    const uint8_t *data = message->payload;
    if (message->to != ownAddress() || !isWellFormed(message)) return;
    uint16_t origin = get16(data);
    if (isDuplicate(origin, data[SEQUENCE_AT])) {
        forwardingCounters.duplicates++;
    } else if (isSink()) {
        contentArrived(origin, data[SEQUENCE_AT], data[KIND_AT], data[HOPS_AT] + 1);
    } else {
        forward(message);
    }
}

static void giveUpOrRetry(void) {
    if (++packetAt(0)->tries < MAX_TRIES) {
        retryLater();
        return;
    }
    removePacket();
    forwardingCounters.dropped++;
    logEvent(EVENT_DROPPED, parentAddress());
    sendNextPacket();
}

void dataSent(uint16_t to, bool wasReceived) {
    Neighbour *neighbour = findNeighbour(to);
    isUnderWay = false;
    if (neighbour != NULL) noteTry(neighbour, wasReceived);
    if (usedPackets == 0) return;
    if (!wasReceived) {
        noteParentFailure();
        giveUpOrRetry();
        return;
    }
    removePacket();
    forwardingCounters.delivered++;
    showDelivered();
    sendNextPacket();
}
