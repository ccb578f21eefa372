/* FT1.2, format class of IEC 60870-5-1 with the two-byte length of Q/GDW 376.1.
   A frame counts only with both starts, equal lengths, protocol id 2, check byte and stop byte right;
   anything else costs one byte and the search goes on, so that no rubbish hides a frame behind it. */
#include "frame.h"

#include "support.h"

#define START 0x68
#define STOP 0x16
#define PROTOCOL_ID 2u

void frameReset(FrameReader *reader) { reader->count = 0; }

void frameFeed(FrameReader *reader, const uint8_t *bytes, uint32_t count, uint32_t tick) {
    if (count > FRAME_MAX - reader->count) reader->count = 0;
    if (count > FRAME_MAX) return;
    memcpy(reader->bytes + reader->count, bytes, count);
    reader->count += count;
    reader->lastTick = tick;
}

static void dropBytes(FrameReader *reader, uint32_t count) {
    reader->count -= count;
    if (reader->count != 0) memmove(reader->bytes, reader->bytes + count, reader->count);
}

uint8_t frameSum(const uint8_t *bytes, uint32_t count) {
    uint32_t sum = 0;
    if (((uintptr_t)bytes & 3u) == 0) {
        /* Two bytes of a word at a time; 16 bits of room for each of the 255-odd additions. */
        uint32_t pairs = 0;
        for (; count >= 4; count -= 4, bytes += 4) {
            uint32_t word = *(const uint32_t *)(const void *)bytes;
            pairs += (word & 0x00FF00FFu) + ((word >> 8) & 0x00FF00FFu);
        }
        sum = pairs + (pairs >> 16);
    }
    while (count-- != 0) sum += *bytes++;
    return (uint8_t)sum;
}

/* 1: a frame starts here. 0: it may, more bytes are needed. -1: it does not. */
static int look(const uint8_t *at, uint32_t count, uint32_t *userCount) {
    if (at[0] != START) return -1;
    if (count < 6) return 0;
    uint32_t length = get16(at + 1);
    if (length != get16(at + 3) || at[5] != START || (length & 3u) != PROTOCOL_ID) return -1;
    uint32_t user = length >> 2;
    if (user < USER_MIN || user + FRAME_OVERHEAD > FRAME_MAX) return -1;
    if (count < user + FRAME_OVERHEAD) return 0;
    if (at[6 + user] != frameSum(at + 6, user) || at[7 + user] != STOP) return -1;
    *userCount = user;
    return 1;
}

int frameNext(FrameReader *reader, Frame *frame) {
    uint32_t skip = 0;
    while (skip < reader->count) {
        uint32_t user = 0;
        int found = look(reader->bytes + skip, reader->count - skip, &user);
        if (found >= 0) {
            if (skip != 0) dropBytes(reader, skip);
            frame->user = reader->bytes + 6;
            frame->count = user;
            return found;
        }
        if (reader->bytes[skip] == START) reader->damagedFrames++;
        skip++;
    }
    reader->count = 0;
    return 0;
}

void frameDone(FrameReader *reader, const Frame *frame) {
    dropBytes(reader, frame->count + FRAME_OVERHEAD);
}

void frameExpire(FrameReader *reader, uint32_t tick, uint32_t ticksAllowed) {
    if (reader->count != 0 && tick - reader->lastTick >= ticksAllowed) {
        reader->damagedFrames++;
        dropBytes(reader, 1);
    }
}

uint32_t frameWrap(uint8_t *out, uint32_t userCount) {
    uint32_t length = (userCount << 2) | PROTOCOL_ID;
    out[0] = START;
    put16(out + 1, length);
    put16(out + 3, length);
    out[5] = START;
    out[6 + userCount] = frameSum(out + 6, userCount);
    out[7 + userCount] = STOP;
    return userCount + FRAME_OVERHEAD;
}
