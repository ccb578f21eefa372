#include "beacons.h"

#include "clock.h"
#include "commands.h"
#include "frame.h"
#include "message-types.h"
#include "neighbours.h"
#include "network-time.h"
#include "packing.h"
#include "parent.h"
#include "power-control.h"
#include "radio.h"
#include "random.h"
#include "settings.h"
#include "timers.h"
#ifdef HAS_NIGHT
#include "night.h"
#endif
#ifdef HAS_BATTERY
#include "sleep.h"
#endif

#define SHORTEST_SECONDS 2
#define BEACON_BYTES 12

static void beaconFired(void);
static Timer beaconTimer = {.fired = beaconFired};
static uint16_t intervalS;
static uint16_t round;
static uint8_t beaconNumber;

uint16_t sinkRound(void) { return round; }

/* Somewhere in the second half of the interval. */
static void startInterval(void) {
    uint32_t halfMs = (uint32_t)intervalS * (MS_PER_SECOND / 2);
    uint16_t part = randomBelow(256);
    startOneShot(&beaconTimer, halfMs + ((halfMs * part) >> 8));
}

static uint16_t longestInterval(void) {
#ifdef HAS_BATTERY
    return stretchedSeconds(setting(BEACON_SECONDS));
#else
    return setting(BEACON_SECONDS);
#endif
}

static void lengthenInterval(void) {
    intervalS *= 2;
    if (intervalS > longestInterval()) intervalS = longestInterval();
}

void hastenBeacons(void) {
    if (intervalS == SHORTEST_SECONDS) return;
    intervalS = SHORTEST_SECONDS;
    startInterval();
}

static void sendBeacon(void) {
    uint8_t payload[BEACON_BYTES];
    Writer writer = writerOn(payload, sizeof payload);
    if (isSink()) round++;
    write8(&writer, beaconNumber++);
    write16(&writer, ownCost());
    write16(&writer, parentAddress());
    write32(&writer, networkSeconds());
    write16(&writer, round);
    write8(&writer, settingsNumber());
    sendMessage(BROADCAST, MESSAGE_BEACON, payload, writer.used);
}

static void beaconFired(void) {
    if (chooseParent()) intervalS = SHORTEST_SECONDS;
#ifdef HAS_NIGHT
    if (maySend()) sendBeacon();
#else
    sendBeacon();
#endif
    lengthenInterval();
    startInterval();
}

void startBeacons(void) {
    intervalS = SHORTEST_SECONDS;
    startInterval();
}

/* Rounds wrap: newer is what lies less than half of all numbers ahead. */
static bool isNewerRound(uint16_t other) { return (int16_t)(other - round) > 0; }

/* A sink that has started again counts from 0: from itself and from the parent any other round is a new one. */
static bool isTrusted(uint16_t from) { return from == SINK_ADDRESS || from == parentAddress(); }

static void takeRound(uint16_t from, uint16_t other) {
    if (isSink() || other == round) return;
    if (!isNewerRound(other) && !isTrusted(from)) return;
    round = other;
#ifdef HAS_NIGHT
    noteSinkAlive();
#endif
}

static void takeFromParent(const Message *message, uint32_t seconds) {
    if (message->from != parentAddress()) return;
    setNetworkSeconds(seconds);
    adaptPower(message->rssi);
}

void beaconReceived(const Message *message) {
    Reader reader = readerOn(message->payload, message->bytes);
    uint8_t number = read8(&reader);
    uint16_t cost = read16(&reader);
    uint16_t parent = read16(&reader);
    uint32_t seconds = read32(&reader);
    uint16_t otherRound = read16(&reader);
    uint8_t otherSettings = read8(&reader);
    if (reader.isShort) return;
    Neighbour *neighbour = findOrAddNeighbour(message->from);
    noteHeard(neighbour, number, message->rssi);
    neighbour->cost = cost;
    neighbour->parent = parent;
    if (chooseParent() || cost == COST_UNKNOWN) hastenBeacons();
    takeFromParent(message, seconds);
    takeRound(message->from, otherRound);
    compareSettings(otherSettings);
}
