/* Frames of IEEE 802.15.4 with short addresses in one network; behind the header a byte that says what they carry. */
#ifndef FRAME_H
#define FRAME_H
#include <stdbool.h>
#include <stdint.h>

#define MAX_FRAME_BYTES 125 /* without the check sequence */
#define FRAME_HEADER_BYTES 10
#define PAN_ID 0x22
#define BROADCAST 0xFFFF

#define FRAME_TYPE_DATA 1
#define FRAME_TYPE_ACK 2
#define ACK_FRAME_BYTES 3

/* Writes the header. @returns where the payload goes. */
uint8_t *composeFrame(uint8_t *frame, uint16_t to, uint16_t from, uint8_t carries);
bool isDataFrame(const uint8_t *frame, uint8_t bytes);
bool isAckFrame(const uint8_t *frame, uint8_t bytes);
bool wantsAck(const uint8_t *frame);
uint8_t frameSequence(const uint8_t *frame);
uint16_t frameDestination(const uint8_t *frame);
uint16_t frameSource(const uint8_t *frame);
uint8_t frameCarries(const uint8_t *frame);
const uint8_t *framePayload(const uint8_t *frame);
uint8_t payloadBytes(uint8_t frameBytes);

/* Most significant byte first, as all payloads here. */
void put16(uint8_t *to, uint16_t value);
uint16_t get16(const uint8_t *from);

#endif
