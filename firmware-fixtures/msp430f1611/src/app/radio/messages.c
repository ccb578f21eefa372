#include "messages.h"

#include <string.h>

#include "frame.h"
#include "node.h"
#include "radio.h"
#include "scheduler.h"
#include "unique.h"

#define SLOTS 3

typedef struct {
    uint8_t bytes;
    uint8_t frame[FRAME_HEADER_BYTES + MAX_PAYLOAD_BYTES];
} Slot;

static void sendNextMessage(void);
static Task sendTask = {.run = sendNextMessage};
static Slot slots[SLOTS];
static uint8_t firstSlot;
static uint8_t usedSlots;

static Slot *slotAt(uint8_t place) { return &slots[(firstSlot + place) % SLOTS]; }
static bool hasRoom(void) { return usedSlots < SLOTS; }
uint8_t queuedMessages(void) { return usedSlots; }

static void fillSlot(Slot *slot, uint16_t to, uint8_t type, const uint8_t *payload, uint8_t bytes) {
    memcpy(composeFrame(slot->frame, to, ownAddress(), type), payload, bytes);
    slot->bytes = FRAME_HEADER_BYTES + bytes;
}

bool sendMessage(uint16_t to, uint8_t type, const uint8_t *payload, uint8_t bytes) {
    if (!isRadioOn() || !hasRoom() || bytes > MAX_PAYLOAD_BYTES) return false;
    fillSlot(slotAt(usedSlots), to, type, payload, bytes);
    usedSlots++;
    postTask(&sendTask);
    return true;
}

static void sendNextMessage(void) {
    Slot *slot = slotAt(0);
    if (usedSlots > 0 && !isSending()) sendFrame(slot->frame, slot->bytes);
}

static void removeMessage(void) {
    firstSlot = (firstSlot + 1) % SLOTS;
    usedSlots--;
}

void clearMessages(void) { usedSlots = 0; }

void radioSent(bool wasReceived) {
    const uint8_t *frame = slotAt(0)->frame;
    uint16_t to = frameDestination(frame);
    uint8_t type = frameCarries(frame);
    removeMessage();
    postTask(&sendTask);
    messageSent(to, type, wasReceived);
}

static Message messageOf(const uint8_t *frame, uint8_t bytes, int8_t rssi, uint8_t quality) {
    return (Message){
        .from = frameSource(frame),
        .to = frameDestination(frame),
        .type = frameCarries(frame),
        .payload = framePayload(frame),
        .bytes = payloadBytes(bytes),
        .rssi = rssi,
        .quality = quality,
    };
}

void radioReceived(const uint8_t *frame, uint8_t bytes, int8_t rssi, uint8_t quality) {
    if (!isNewSequence(frameSource(frame), frameSequence(frame))) return;
    Message message = messageOf(frame, bytes, rssi, quality);
    if (!messageReceived(&message)) nodeRadioTake(frame, bytes);
}
