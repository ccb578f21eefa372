/* Source: README.md, "Files over the radio". Left out: acknowledgements of IEEE 802.15.4, several nodes at a time. */
#include "radio-load.h"

#include <string.h>

#include "boot.h"
#include "bundle.h"
#include "file.h"
#include "image.h"
#include "link.h"
#include "radio.h"
#include "transfer.h"
#include "xtea.h"

#define MARK 0xE2u
/* Data, short addresses in one network. */
#define CONTROL0 0x41u
#define CONTROL1 0x88u
#define HEADER_BYTES 17u
#define OVERHEAD (HEADER_BYTES + RADIO_CHECK_BYTES)
#define SEGMENT_MAX 100u
#define BLOCK 8u

enum { BEGIN = 1, DATA, QUERY, END, READY = 0x81, MISSING = 0x83, ACCEPTED, REFUSED };
/* Reasons. */
enum { NOT_FOR_THIS = 1, NOT_GOOD };

typedef struct {
    uint8_t address[4];
    uint8_t challenge[BLOCK], proof[BLOCK];
    Envelope envelope;
} Begin;
typedef struct {
    uint8_t length, control[2], number;
    uint16_t network, to, from;
    uint8_t mark, kind;
    uint16_t transfer, segments, segment;
    union {
        uint8_t data[RADIO_FRAME_MAX - HEADER_BYTES];
        Begin begin;
    };
} Frame;

static Frame frame;
static uint8_t count; /* of the payload */
static uint16_t transfer;

static uint8_t isOurs(void) {
    count = frame.length - OVERHEAD;
    return frame.length >= OVERHEAD && frame.control[0] == CONTROL0 && frame.control[1] == CONTROL1 && frame.mark == MARK;
}
uint8_t radioLoadTake(const uint8_t *from, uint8_t bytes) {
    if (bytes > RADIO_FRAME_MAX - RADIO_CHECK_BYTES) return 0;
    frame.length = bytes + RADIO_CHECK_BYTES;
    memcpy(frame.control, from, bytes);
    return isOurs();
}
uint8_t radioLoadPoll(void) { return radioHas() && radioTake(&frame.length) && isOurs(); }

/* The challenge begins with CRC-16 and segments of the file that it is for. */
uint8_t radioLoadAsksForUpdate(void) {
    const Begin *begin = &frame.begin;
    uint8_t block[BLOCK];
    if (frame.kind != BEGIN || count != sizeof *begin || memcmp(begin->address, nodeAddress, sizeof begin->address) != 0 ||
        memcmp(begin->challenge, &frame.transfer, 2u * sizeof(uint16_t)) != 0) {
        return 0;
    }
    xteaEncrypt(begin->challenge, block);
    return memcmp(block, begin->proof, BLOCK) == 0;
}

static void reply(uint8_t kind, uint8_t bytes) {
    uint16_t to = frame.from;
    frame.from = frame.to;
    frame.to = to;
    frame.kind = kind;
    frame.length = OVERHEAD + bytes;
    radioSend(&frame.length);
}
static void refuse(uint8_t reason) {
    frame.data[0] = reason;
    afterReply = AFTER_RESTART;
    reply(REFUSED, 1);
}

/* As when the reply to END was lost. */
static uint8_t isThere(const Envelope *envelope) {
    return hasApplication && imageFits(imageInFlash, envelope->imageBytes, envelope->imageCrc) &&
           bundle.areaCrc == envelope->areaCrc;
}

static void begin(void) {
    const Envelope *envelope = &frame.begin.envelope;
    if (!radioLoadAsksForUpdate()) return;
    if (transferMissing(SEGMENT_MAX) == TRANSFER_NONE || transfer != frame.transfer) {
        transfer = frame.transfer;
        if (isThere(envelope)) {
            afterReply = AFTER_RESTART;
            reply(ACCEPTED, 0);
            return;
        }
        if (!transferBegin(envelope, frame.segments, SEGMENT_MAX)) {
            refuse(NOT_FOR_THIS);
            return;
        }
    }
    reply(READY, 0);
}

void radioLoadAnswer(void) {
    if (frame.kind == BEGIN) {
        begin();
        return;
    }
    uint16_t missing = transferMissing(SEGMENT_MAX);
    if (missing == TRANSFER_NONE || frame.transfer != transfer) return;
    if (frame.kind == DATA) {
        if (!transferPut(frame.segment, frame.data, count)) refuse(NOT_GOOD);
    } else if (frame.kind == QUERY || missing != 0) {
        reply(MISSING, transferMap(frame.data));
    } else if (frame.kind == END) {
        if (transferFinish()) reply(ACCEPTED, 0);
        else refuse(NOT_GOOD);
    }
}
