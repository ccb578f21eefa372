/* FT1.2 frames as Q/GDW 376.1 uses them: find them in a stream of bytes, and build them. */
#ifndef FRAME_H
#define FRAME_H

#include <stdint.h>

#define FRAME_MAX 640u
#define FRAME_OVERHEAD 8u /* 68 L L L L 68 .. CS 16 */
#define USER_MIN 12u      /* C, A 5, AFN, SEQ, DA 2, DT 2 */

/* `bytes` begins two bytes behind a word, so that the user bytes of a frame at its start lie on one. */
typedef struct {
    uint16_t room;
    uint8_t bytes[FRAME_MAX];
    uint32_t count;
    uint32_t lastTick;
    uint32_t damagedFrames;
} FrameReader;

/* What lies between the second 68 and the check byte. */
typedef struct {
    const uint8_t *user;
    uint32_t count;
} Frame;

void frameReset(FrameReader *reader);
void frameFeed(FrameReader *reader, const uint8_t *bytes, uint32_t count, uint32_t tick);
/* Next whole frame, or 0. It stays valid until frameDone. */
int frameNext(FrameReader *reader, Frame *frame);
void frameDone(FrameReader *reader, const Frame *frame);
/* A frame that stays unfinished for this long is given up, and its bytes are searched again. */
void frameExpire(FrameReader *reader, uint32_t tick, uint32_t ticksAllowed);
/* Wrap user bytes that already lie at out + 6. @returns the frame's length. */
uint32_t frameWrap(uint8_t *out, uint32_t userCount);
uint8_t frameSum(const uint8_t *bytes, uint32_t count);

#endif
