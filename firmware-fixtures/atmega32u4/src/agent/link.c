/* FT1.2 and the messages of decision 0001 that the agent knows; all others are denied.
   Left out: group and broadcast addresses, time tags are skipped unread. */
#include "link.h"

#include <avr/pgmspace.h>
#include <string.h>

#include "crc.h"
#include "flash-map.h"
#include "flash.h"
#include "journal.h"
#include "serial.h"
#include "transfer.h"
#include "xtea.h"

#define START 0x68
#define STOP 0x16
#define PROTOCOL_ID 2u
#define OVERHEAD 8u
#define PREFIX 6u      /* 68 L L L L 68 */
#define USER_MIN 12u
#define USER_MAX 192u /* as to[2] is 2 at most */
#define PASSWORD_BYTES 16u
#define CHALLENGE_BYTES 8u
#define TP_BYTES 6u

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

static const uint8_t address[4] PROGMEM = {0x71, 0x01, 0x22, 0x08};
/* AFN 09 F1; the version lies at 12. */
#define VERSION_AT 12u
static const char configuration[41] PROGMEM = "FRIGNODE-32U----\x16\x07\x25" "28672 bytes" "1.0 A   \x16\x07\x25";

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

/* What came in, and then the reply to it: address, A3 and mostly AFN and unit stay as they are. */
static Frame frame;
static uint8_t isOpen;
static uint8_t silentSeconds;

/* Adds what a frame has around its user bytes, and sends it. */
static void send(uint8_t control, uint8_t seq, uint8_t bytes) {
    Frame *to = &frame;
    uint8_t *at = &to->user.control;
    uint8_t sum = 0;
    bytes += USER_MIN;
    uint16_t length = (uint16_t)bytes << 2 | PROTOCOL_ID;
    to->start0 = to->start1 = START;
    to->length[0] = to->again[0] = (uint8_t)length;
    to->length[1] = to->again[1] = (uint8_t)(length >> 8);
    to->user.control = control;
    to->user.seq = seq;
    for (uint8_t i = bytes; i != 0; i--) sum += *at++;
    *at++ = sum;
    *at = STOP;
    serialPut(&to->start0, bytes + OVERHEAD);
}

void linkLogin(void) {
    memcpy_P(frame.user.address, address, sizeof address);
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
    memcpy_P(data, configuration, sizeof configuration);
    if (newest.page != STATE_INVALID && imageGood()) flashRead(HEADER_VERSION_AT, data + VERSION_AT, 4);
    return sizeof configuration;
}

static uint8_t file(uint8_t *data, uint8_t count) {
    if (!isOpen || count <= PASSWORD_BYTES) return 0;
    TransferResult result = transferUnit(data, count - PASSWORD_BYTES);
    if (result == TRANSFER_NOT_STORED) return 0;
    memcpy(data, data + SEGMENT_AT, 4);
    if (result == TRANSFER_FILE_ERROR) memset(data, 0xFF, 4);
    return 4;
}

/* @returns the bytes of data in the reply; 0 = denied. */
static uint8_t answer(User *user, uint8_t count) {
    uint8_t afn = user->afn;
    uint16_t fn = user->fn;
    if (user->point != 0) return 0;
    if (afn == AFN_CLASS1 && fn == F14) return transferMissing(user->data);
    if (afn == AFN_AUTHENTICATE && fn == F2 && count == USER_MIN + CHALLENGE_BYTES + PASSWORD_BYTES) {
        return authenticate(user->data);
    }
    if (fn != F1) return 0;
    if (afn == AFN_CONFIGURATION) return version(user->data);
    if (afn == AFN_FILE) return file(user->data, count - USER_MIN);
    return 0;
}

static __attribute__((noinline, noclone)) void handle(User *user, uint8_t count) {
    if ((user->control & (C_UP | C_PRM)) != C_PRM || memcmp_P(user->address, address, sizeof address) != 0 ||
        (user->a3 & 1) != 0) {
        return;
    }
    if (user->seq & SEQ_TPV) count -= TP_BYTES;
    if (count < USER_MIN) return;
    uint8_t bytes = answer(user, count);
    if (bytes == 0) {
        /* A link test (F1) is confirmed, anything else denied. */
        if (user->afn != AFN_LINK || user->fn != F1) user->fn = F2;
        user->afn = AFN_CONFIRM;
        user->point = 0;
    }
    send(C_REPLY, SEQ_SINGLE | (user->seq & 0x0F), bytes);
}

/* One frame in whole; FT1.2 drops it with anything wrong in it. @returns its user bytes, 0 for none. */
static __attribute__((noinline, noclone)) uint8_t receive(uint8_t *to) {
    uint8_t count = 0;
    uint8_t size = PREFIX;
    uint8_t sum = 0;
    do {
        int16_t got = serialGet();
        if (got < 0) {
            if (got == SERIAL_SECOND) silentSeconds++;
            return 0;
        }
        if (count >= PREFIX && count < size - 2u) sum += (uint8_t)got;
        to[count++] = (uint8_t)got;
        if (to[0] != START) return 0;
        if (count == PREFIX) {
            size = (uint8_t)((to[1] | (uint16_t)to[2] << 8) >> 2);
            if (to[1] != to[3] || to[2] != to[4] || got != START || (to[1] & 3u) != PROTOCOL_ID || to[2] > 2 ||
                size < USER_MIN) {
                return 0;
            }
            size += OVERHEAD;
        }
    } while (count != size);
    return to[size - 1u] == STOP && to[size - 2u] == sum ? size - OVERHEAD : 0;
}

void linkServe(uint8_t seconds, uint8_t isAuthenticated) {
    isOpen = isAuthenticated;
    while (afterReply == AFTER_NOTHING && (seconds == 0 || silentSeconds < seconds)) {
        uint8_t count = receive(&frame.start0);
        if (count == 0) continue;
        silentSeconds = 0;
        handle(&frame.user, count);
    }
}
