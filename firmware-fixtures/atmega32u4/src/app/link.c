/* Link layer of the power-load protocol. Source: decision 0001 (address, C, SEQ, repeat rule, login).
   Left out: group and broadcast addresses, time tags (Tp) are skipped unread. */
#include "link.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/pgmspace.h>
#include <string.h>
#include <util/crc16.h>

#include "flash-map.h"
#include "protocol.h"
#include "serial.h"
#include "tick.h"

#define START 0x68
#define STOP 0x16
#define PROTOCOL_ID 2u
#define PREFIX 6u
#define OVERHEAD 8u
#define USER_MIN 12u
#if NODE_VERSION >= 7
#define USER_MAX 188u /* the longest request has 173 */
#else
#define USER_MAX 200u
#endif
#define FRAME_MAX (USER_MAX + OVERHEAD)

#define C_REPLY 0x88
#define C_SPONTANEOUS 0xC9
#define C_DOWN_PRM 0x40
#define C_UP 0x80
#define SEQ_TPV 0x80
#define SEQ_SINGLE 0x60
#define SEQ_CON 0x10
#define TP_BYTES 6u
#define FRAME_TICKS (TICKS_PER_SECOND / 5u)
#define LOGIN_SECONDS 60u
#define LOGINS_MAX 3u
#define HEARTBEAT_SECONDS 900u

static const uint8_t address[4] PROGMEM = {0x71, 0x01, 0x22, 0x08};

static uint8_t in[FRAME_MAX], inCount;
static uint16_t lastTick;
static uint8_t out[FRAME_MAX], outCount;
static uint16_t executedCrc;
static uint8_t executedSeq, anyExecuted, spontaneousSeq;
static uint16_t secondsToNext;
static uint8_t loggedIn, loginsSent;

static uint8_t sumOf(const uint8_t *bytes, uint8_t count) {
    uint8_t sum = 0;
    while (count-- != 0) sum += *bytes++;
    return sum;
}

/* The units lie at out + 18 already. */
static void put(uint8_t control, uint8_t a3, uint8_t afn, uint8_t seq, const uint8_t *unit, uint8_t bytes) {
    uint8_t *user = out + PREFIX;
    uint8_t count = USER_MIN + bytes;
    uint16_t length = (uint16_t)count << 2 | PROTOCOL_ID;
    out[0] = out[5] = START;
    out[1] = out[3] = (uint8_t)length;
    out[2] = out[4] = (uint8_t)(length >> 8);
    user[0] = control;
    memcpy_P(user + 1, address, sizeof address);
    user[5] = a3;
    user[6] = afn;
    user[7] = seq;
    memcpy(user + 8, unit, 4);
    user[count] = sumOf(user, count);
    user[count + 1u] = STOP;
    outCount = count + OVERHEAD;
}

static void sendSpontaneous(uint8_t fn) {
    uint8_t unit[4] = {0, 0, (uint8_t)(1u << (fn - 1u)), 0};
    put(C_SPONTANEOUS, 0, AFN_LINK, SEQ_SINGLE | SEQ_CON | (spontaneousSeq & 0x0F), unit, 0);
    spontaneousSeq++;
    anyExecuted = 0; /* the stored reply is gone */
    serialPut(out, outCount);
}

static void login(void) {
    loginsSent++;
    secondsToNext = LOGIN_SECONDS;
    sendSpontaneous(1);
}

void linkStart(void) { login(); }

void linkSecond(void) {
    if (secondsToNext != 0) secondsToNext--;
    if (secondsToNext != 0) return;
    if (!loggedIn && loginsSent < LOGINS_MAX) {
        login();
        return;
    }
    secondsToNext = HEARTBEAT_SECONDS;
    sendSpontaneous(3);
}

/* DA: one measuring point; DT: one information type. Sets of several are not served. */
static uint8_t bitOf(uint8_t mask) {
    for (uint8_t bit = 0; bit < 8; bit++) {
        if (mask == 1u << bit) return bit + 1u;
    }
    return 0;
}

static void handOver(void) {
    serialDrain();
    cli();
    GPIOR0 = HANDOVER0;
    GPIOR1 = HANDOVER1;
    GPIOR2 = HANDOVER2;
    asm volatile("jmp %0" : : "i"(AGENT_AT));
}

static void handle(const uint8_t *user, uint8_t count) {
    static const uint8_t confirmUnit[4] PROGMEM = {0, 0, 1, 0};
    if (memcmp_P(user + 1, address, sizeof address) != 0 || (user[5] & 1) != 0) return;
    if ((user[0] & C_UP) != 0) return;
    if ((user[0] & C_DOWN_PRM) == 0) {
        /* The station's answer to a login or heartbeat. */
        if (user[6] == AFN_CONFIRM && memcmp_P(user + 8, confirmUnit, 4) == 0 && !loggedIn) {
            loggedIn = 1;
            secondsToNext = HEARTBEAT_SECONDS;
        }
        return;
    }
    uint16_t crc = 0xFFFF;
    for (uint8_t i = 0; i < count; i++) crc = _crc16_update(crc, user[i]);
    if (anyExecuted && crc == executedCrc && (user[7] & 0x0F) == executedSeq) {
        serialPut(out, outCount);
        return;
    }
    if ((user[7] & SEQ_TPV) != 0) {
        if (count < USER_MIN + TP_BYTES) return;
        count -= TP_BYTES;
    }
    uint8_t unit[4];
    Request request = {user[6], 0, 0, user + USER_MIN, count - USER_MIN};
    Reply reply = {REPLY_DENY, 0, out + PREFIX + USER_MIN};
    uint8_t point = bitOf(user[8]);
    uint8_t type = bitOf(user[10]);
    uint8_t afn = user[6];
    if (user[9] != 0 && point != 0 && user[9] <= 16) request.pn = (user[9] - 1u) * 8u + point;
    else if ((user[8] | user[9]) != 0) type = 0;
    if (type != 0 && user[11] <= 30) {
        request.fn = user[11] * 8u + type;
        protocolHandle(&request, &reply);
    }
    memcpy(unit, user + 8, 4);
    if (reply.kind != REPLY_DATA) {
        afn = AFN_CONFIRM;
        memcpy_P(unit, confirmUnit, 4);
        if (reply.kind == REPLY_DENY) unit[2] = 2;
        reply.count = 0;
    }
    put(C_REPLY, user[5], afn, SEQ_SINGLE | (user[7] & 0x0F), unit, reply.count);
    executedCrc = crc;
    executedSeq = user[7] & 0x0F;
    anyExecuted = 1;
    serialPut(out, outCount);
    if (protocolHandsOver()) handOver();
}

/* 1: a frame starts here. 0: it may, more bytes are needed. -1: it does not. */
static int8_t look(const uint8_t *at, uint8_t count) {
    if (at[0] != START) return -1;
    if (count < PREFIX) return 0;
    uint16_t length = at[1] | (uint16_t)at[2] << 8;
    uint16_t user = length >> 2;
    if (at[1] != at[3] || at[2] != at[4] || at[5] != START || (length & 3u) != PROTOCOL_ID) return -1;
    if (user < USER_MIN || user > USER_MAX) return -1;
    if (count < user + OVERHEAD) return 0;
    return at[PREFIX + user] == sumOf(at + PREFIX, (uint8_t)user) && at[PREFIX + 1u + user] == STOP ? 1 : -1;
}

static void drop(uint8_t bytes) {
    inCount -= bytes;
    memmove(in, in + bytes, inCount);
}

/* Anything that is no frame costs one byte, and the search goes on: no rubbish hides a frame behind it. */
static void search(void) {
    while (inCount != 0) {
        int8_t found = look(in, inCount);
        if (found == 0) return;
        if (found < 0) {
            drop(1);
            continue;
        }
        uint8_t count = (uint8_t)((in[1] | (uint16_t)in[2] << 8) >> 2);
        handle(in + PREFIX, count);
        drop(count + OVERHEAD);
    }
}

void linkPoll(void) {
    if (serialWasDamaged()) inCount = 0;
    for (int16_t byte = serialGet(); byte >= 0; byte = serialGet()) {
        in[inCount++] = (uint8_t)byte;
        lastTick = tickNow();
        search();
    }
    if (inCount != 0 && (uint16_t)(tickNow() - lastTick) >= FRAME_TICKS) {
        drop(1);
        search();
        lastTick = tickNow();
    }
}
