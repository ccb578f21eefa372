#include "frame.h"

#define ACK_REQUEST 0x20
#define INTRA_PAN 0x40
#define TYPE_MASK 0x07
/* Short addresses of destination and source. */
#define ADDRESSING 0x88

#define SEQUENCE_AT 2
#define PAN_AT 3
#define DESTINATION_AT 5
#define SOURCE_AT 7
#define CARRIES_AT 9

static uint8_t frameNumber;

/* The header has its low bytes first. */
static void putLow16(uint8_t *to, uint16_t value) {
    to[0] = (uint8_t)value;
    to[1] = value >> 8;
}
static uint16_t getLow16(const uint8_t *from) { return from[0] | (uint16_t)from[1] << 8; }

uint8_t *composeFrame(uint8_t *frame, uint16_t to, uint16_t from, uint8_t carries) {
    frame[0] = FRAME_TYPE_DATA | INTRA_PAN | (to == BROADCAST ? 0 : ACK_REQUEST);
    frame[1] = ADDRESSING;
    frame[SEQUENCE_AT] = frameNumber++;
    putLow16(frame + PAN_AT, PAN_ID);
    putLow16(frame + DESTINATION_AT, to);
    putLow16(frame + SOURCE_AT, from);
    frame[CARRIES_AT] = carries;
    return frame + FRAME_HEADER_BYTES;
}

static uint8_t frameType(const uint8_t *frame) { return frame[0] & TYPE_MASK; }

bool isDataFrame(const uint8_t *frame, uint8_t bytes) {
    return bytes >= FRAME_HEADER_BYTES && frameType(frame) == FRAME_TYPE_DATA && frame[1] == ADDRESSING;
}
bool isAckFrame(const uint8_t *frame, uint8_t bytes) {
    return bytes == ACK_FRAME_BYTES && frameType(frame) == FRAME_TYPE_ACK;
}
bool wantsAck(const uint8_t *frame) { return (frame[0] & ACK_REQUEST) != 0; }
uint8_t frameSequence(const uint8_t *frame) { return frame[SEQUENCE_AT]; }
uint16_t frameDestination(const uint8_t *frame) { return getLow16(frame + DESTINATION_AT); }
uint16_t frameSource(const uint8_t *frame) { return getLow16(frame + SOURCE_AT); }
uint8_t frameCarries(const uint8_t *frame) { return frame[CARRIES_AT]; }
const uint8_t *framePayload(const uint8_t *frame) { return frame + FRAME_HEADER_BYTES; }
uint8_t payloadBytes(uint8_t frameBytes) { return frameBytes - FRAME_HEADER_BYTES; }

void put16(uint8_t *to, uint16_t value) {
    to[0] = value >> 8;
    to[1] = (uint8_t)value;
}
uint16_t get16(const uint8_t *from) { return (uint16_t)from[0] << 8 | from[1]; }
