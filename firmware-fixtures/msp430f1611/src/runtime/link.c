/* FT1.2 and the messages of decision 0001 that the runtime knows; all others are denied.
   Left out: group and broadcast addresses, time tags are skipped unread, the repeat rule: each request can be executed
   twice. */
#include "link.h"

#include <stddef.h>
#include <string.h>

#include "boot.h"
#include "image.h"
#include "serial.h"
#include "transfer.h"
#include "xtea.h"

#define START 0x68
#define STOP 0x16
#define PROTOCOL_ID 2u
#define OVERHEAD 8u
#define PREFIX 6u /* 68 L L L L 68 */
#define USER_MIN 12u
#define USER_MAX 200u
#define PASSWORD_BYTES 16u
#define CHALLENGE_BYTES 8u
#define TP_BYTES 6u
#define FILE_REPLY_BYTES 4u

#define C_UP 0x80
#define C_PRM 0x40
#define C_REPLY 0x88
#define C_SPONTANEOUS 0xC9
#define SEQ_TPV 0x80
#define SEQ_SINGLE 0x60
#define SEQ_CON 0x10

#define AFN_CONFIRM 0x00
#define AFN_LINK 0x02
#define AFN_AUTHENTICATE 0x06
#define AFN_CONFIGURATION 0x09
#define AFN_CLASS1 0x0C
#define AFN_FILE 0x0F
/* DT1 and DT2 of the few Fn there are, as a little-endian word. */
#define F1 0x0001u
#define F2 0x0002u
#define F14 0x0120u

const uint8_t nodeAddress[4] = {0x71, 0x01, 0x22, 0x08};
/* AFN 09 F1; the version lies at 12. */
#define VERSION_AT 12u
#define VERSION_BYTES 4u
static const char configuration[41] = "FRIGEZ240   ----\x21\x11\x26" "36864 bytes" "1.0 A   \x21\x11\x26";

/* What lies between the second 68 and the check byte. */
typedef struct {
    uint8_t control, address[4], a3, afn, seq;
    uint16_t point;
    uint16_t fn;
    uint8_t data[USER_MAX - USER_MIN];
} User;
typedef struct {
    uint8_t start0, length[2], again[2], start1;
    User user;
    uint8_t end[2];
} Frame;

/* What comes in, and then the reply to it: address, A3 and mostly AFN and unit stay as they are. */
static Frame frame;
static uint8_t filled;
static uint8_t isOpen;

/* Adds what a frame has around its user bytes, and sends it. */
static void send(uint8_t control, uint8_t seq, uint8_t bytes) {
    const uint8_t *at = &frame.user.control;
    uint8_t sum = 0;
    bytes += USER_MIN;
    uint16_t length = (uint16_t)bytes << 2 | PROTOCOL_ID;
    frame.start0 = frame.start1 = START;
    frame.length[0] = frame.again[0] = (uint8_t)length;
    frame.length[1] = frame.again[1] = (uint8_t)(length >> 8);
    frame.user.control = control;
    frame.user.seq = seq;
    for (uint8_t i = 0; i < bytes; i++) sum += at[i];
    frame.user.data[bytes - USER_MIN] = sum;
    frame.user.data[bytes - USER_MIN + 1u] = STOP;
    serialPut(&frame.start0, bytes + OVERHEAD);
}

void linkLogin(void) {
    memset(&frame.user, 0, sizeof frame.user);
    memcpy(frame.user.address, nodeAddress, sizeof nodeAddress);
    frame.user.afn = AFN_LINK;
    frame.user.fn = F1;
    send(C_SPONTANEOUS, SEQ_SINGLE | SEQ_CON, 0);
}

/* XTEA of the challenge proves the station; XTEA of the reversed challenge proves the node. */
static uint8_t authenticate(uint8_t *data) {
    uint8_t block[CHALLENGE_BYTES];
    xteaEncrypt(data, block);
    isOpen = 0;
    if (memcmp(block, data + CHALLENGE_BYTES, CHALLENGE_BYTES) != 0) return 0;
    isOpen = 1;
    for (uint8_t i = 0; i < CHALLENGE_BYTES; i++) block[i] = data[CHALLENGE_BYTES - 1u - i];
    xteaEncrypt(block, data);
    memset(data + CHALLENGE_BYTES, 0, CHALLENGE_BYTES);
    return 2u * CHALLENGE_BYTES;
}

static uint8_t version(uint8_t *data) {
    memcpy(data, configuration, sizeof configuration);
    if (hasApplication) imageInFlash(HEADER_AT + offsetof(ImageHeader, version), data + VERSION_AT, VERSION_BYTES);
    return sizeof configuration;
}

static uint8_t file(uint8_t *data, uint8_t count) {
    if (!isOpen || count < UNIT_HEADER_BYTES + PASSWORD_BYTES) return 0;
    TransferResult result = transferUnit(data, count - PASSWORD_BYTES);
    if (result == TRANSFER_NOT_STORED) return 0;
    if (result == TRANSFER_STORED) memmove(data, data + SEGMENT_AT, FILE_REPLY_BYTES);
    else memset(data, 0xFF, FILE_REPLY_BYTES);
    return FILE_REPLY_BYTES;
}

/* @returns bytes of the reply's data; 0: deny. */
static uint8_t answerOf(User *user, uint8_t count) {
    uint8_t afn = user->afn;
    uint16_t fn = user->fn;
    if (user->point != 0) return 0;
    if (afn == AFN_CLASS1 && fn == F14) return transferReply(user->data);
    if (afn == AFN_AUTHENTICATE && fn == F2 && count == USER_MIN + CHALLENGE_BYTES + PASSWORD_BYTES) {
        return authenticate(user->data);
    }
    if (fn != F1) return 0;
    if (afn == AFN_CONFIGURATION) return version(user->data);
    if (afn == AFN_FILE) return file(user->data, count - USER_MIN);
    return 0;
}

static uint8_t userBytes(void) { return (uint8_t)((frame.length[0] | (uint16_t)frame.length[1] << 8) >> 2); }

uint8_t linkAsksForUpdate(void) { return isOpen && frame.user.afn == AFN_FILE; }

void linkAnswer(void) {
    User *user = &frame.user;
    uint8_t count = userBytes();
    filled = 0;
    if (user->seq & SEQ_TPV) count -= TP_BYTES;
    if (count < USER_MIN) return;
    uint8_t bytes = answerOf(user, count);
    if (bytes == 0) {
        /* A link test (F1) is confirmed, anything else denied. */
        if (user->afn != AFN_LINK || user->fn != F1) user->fn = F2;
        user->afn = AFN_CONFIRM;
        user->point = 0;
    }
    send(C_REPLY, SEQ_SINGLE | (user->seq & 0x0F), bytes);
}

typedef enum { PART, WHOLE, DAMAGED } FrameState;

static FrameState frameState(void) {
    const uint8_t *at = &frame.start0;
    uint8_t sum = 0;
    if (at[0] != START) return DAMAGED;
    if (filled < PREFIX) return PART;
    uint16_t length = frame.length[0] | (uint16_t)frame.length[1] << 8;
    if (memcmp(frame.length, frame.again, sizeof frame.length) != 0 || frame.start1 != START ||
        (length & 3u) != PROTOCOL_ID || length >> 2 < USER_MIN || length >> 2 > USER_MAX) {
        return DAMAGED;
    }
    uint8_t bytes = userBytes();
    if (filled < bytes + OVERHEAD) return PART;
    for (uint8_t i = 0; i < bytes; i++) sum += at[PREFIX + i];
    return at[PREFIX + bytes] == sum && at[PREFIX + bytes + 1u] == STOP ? WHOLE : DAMAGED;
}

/* The next frame may begin within what was taken for one. */
static void skipToStart(void) {
    uint8_t *at = &frame.start0;
    uint8_t i = 1;
    while (i < filled && at[i] != START) i++;
    filled -= i;
    memmove(at, at + i, filled);
}

uint8_t linkReceive(void) {
    for (;;) {
        FrameState state = PART;
        while (filled != 0 && (state = frameState()) == DAMAGED) skipToStart();
        if (filled != 0 && state == WHOLE) {
            const User *user = &frame.user;
            if ((user->control & (C_UP | C_PRM)) == C_PRM && (user->a3 & 1) == 0 &&
                memcmp(user->address, nodeAddress, sizeof nodeAddress) == 0) {
                return 1;
            }
            filled = 0;
        }
        int16_t got = serialTake();
        if (got == SERIAL_NONE) return 0;
        if (got == SERIAL_DAMAGED) filled = 0;
        else (&frame.start0)[filled++] = (uint8_t)got;
    }
}
