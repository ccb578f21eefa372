/* Link layer of the power-load protocol. Source: decision 0001 (address, C, SEQ, repeat rule, login).
   Left out: group and broadcast addresses, time tags (Tp) are skipped unread. */
#include "link.h"

#include "agent.h"
#include "crc.h"
#include "frame.h"
#include "port.h"
#include "protocol.h"
#include "restart.h"
#include "support.h"
#include "tick.h"

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

static const uint8_t address[4] = {0x71, 0x01, 0x22, 0x08};

static FrameReader reader;
static LinkStatus status;
static uint8_t out[FRAME_MAX];
static uint32_t outCount;
static uint32_t executedCrc;
static uint8_t executedSeq;
static uint8_t anyExecuted;
static uint8_t spontaneousSeq;
static uint32_t secondsToNext;

static void put(uint8_t control, uint8_t a3, uint8_t afn, uint8_t seq, const uint8_t *units,
                uint32_t count) {
    uint8_t *user = out + 6;
    user[0] = control;
    memcpy(user + 1, address, sizeof address);
    user[5] = a3;
    user[6] = afn;
    user[7] = seq;
    memcpy(user + 8, units, count);
    outCount = frameWrap(out, 8u + count);
}

static void send(void) {
    status.framesOut++;
    portPut(&linkPort, out, outCount);
}

static void sendSpontaneous(uint8_t fn) {
    uint8_t unit[4] = {0, 0, (uint8_t)(1u << (fn - 1u)), 0};
    put(C_SPONTANEOUS, 0, AFN_LINK, SEQ_SINGLE | SEQ_CON | (spontaneousSeq & 0x0F), unit, 4);
    spontaneousSeq++;
    anyExecuted = 0; /* the stored reply is gone */
    send();
}

static void login(void) {
    status.loginsSent++;
    secondsToNext = LOGIN_SECONDS;
    sendSpontaneous(1);
}

void linkStart(void) {
    frameReset(&reader);
    login();
}

void linkSecond(void) {
    if (secondsToNext != 0) secondsToNext--;
    if (secondsToNext != 0) return;
    if (!status.loggedIn && status.loginsSent < LOGINS_MAX) {
        login();
        return;
    }
    secondsToNext = HEARTBEAT_SECONDS;
    sendSpontaneous(3);
}

/* DA: one measuring point; DT: one information type. Sets of several are not served. */
static int pointOf(const uint8_t *da) {
    if (da[0] == 0 && da[1] == 0) return 0;
    if (da[1] == 0 || da[1] > 31) return -1;
    for (uint32_t bit = 0; bit < 8; bit++) {
        if (da[0] == 1u << bit) return (int)((da[1] - 1u) * 8u + bit + 1u);
    }
    return -1;
}

static int typeOf(const uint8_t *dt) {
    if (dt[1] > 30) return -1;
    for (uint32_t bit = 0; bit < 8; bit++) {
        if (dt[0] == 1u << bit) return (int)(dt[1] * 8u + bit + 1u);
    }
    return -1;
}

static void answer(const uint8_t *user, const Reply *reply) {
    uint8_t units[4 + REPLY_DATA_MAX] = {0, 0, 0, 0};
    uint8_t afn = user[6];
    uint32_t count = 4;
    if (reply->kind == REPLY_DATA) {
        memcpy(units, user + 8, 4);
        memcpy(units + 4, reply->data, reply->count);
        count += reply->count;
    } else {
        afn = AFN_CONFIRM;
        units[2] = reply->kind == REPLY_CONFIRM ? 1 : 2;
        if (reply->kind == REPLY_DENY) status.denied++;
    }
    put(C_REPLY, user[5], afn, SEQ_SINGLE | (user[7] & 0x0F), units, count);
}

static void handle(const Frame *frame) {
    static Reply reply;
    const uint8_t *user = frame->user;
    uint32_t count = frame->count;
    if (memcmp(user + 1, address, sizeof address) != 0 || (user[5] & 1) != 0) return;
    if ((user[0] & C_UP) != 0) return;
    status.framesIn++;
    if ((user[0] & C_DOWN_PRM) == 0) {
        /* The station's answer to a login or heartbeat. */
        if (user[6] == AFN_CONFIRM && typeOf(user + 10) == 1 && !status.loggedIn) {
            status.loggedIn = 1;
            secondsToNext = HEARTBEAT_SECONDS;
        }
        return;
    }
    uint32_t crc = crc32Bytes(CRC32_START, user, count);
    if (anyExecuted && crc == executedCrc && (user[7] & 0x0F) == executedSeq) {
        status.repeats++;
        send();
        return;
    }
    if ((user[7] & SEQ_TPV) != 0) {
        if (count < USER_MIN + TP_BYTES) return;
        count -= TP_BYTES;
    }
    int pn = pointOf(user + 8);
    int fn = typeOf(user + 10);
    Request request = {user[6], (uint8_t)fn, (uint8_t)pn, user + 12, count - USER_MIN};
    reply.kind = REPLY_DENY;
    reply.count = 0;
    if (pn >= 0 && fn > 0) protocolHandle(&request, &reply);
    answer(user, &reply);
    executedCrc = crc;
    executedSeq = user[7] & 0x0F;
    anyExecuted = 1;
    send();
}

void linkPoll(void) {
    if (linkPort.damaged) {
        /* FT1.2 drops a frame with any damaged character in it. */
        linkPort.damaged = 0;
        portFlush(&linkPort);
        if (reader.count != 0) reader.damagedFrames++;
        frameReset(&reader);
    }
    uint32_t now = tickNow();
    const uint8_t *bytes;
    for (uint32_t count = portLook(&linkPort, &bytes); count != 0; count = portLook(&linkPort, &bytes)) {
        frameFeed(&reader, bytes, count, now);
        portTake(&linkPort, count);
    }
    for (;;) {
        Frame frame;
        if (reader.count == 0) return;
        if (frameNext(&reader, &frame)) {
            handle(&frame);
            frameDone(&reader, &frame);
            if (agentWantsRestart()) {
                portDrain(&linkPort);
                restartTerminal();
            }
        } else {
            uint32_t before = reader.count;
            frameExpire(&reader, now, FRAME_TICKS);
            if (reader.count == before) return;
        }
    }
}

void linkStatus(LinkStatus *to) {
    status.damaged = reader.damagedFrames;
    status.open = (uint8_t)protocolOpen();
    *to = status;
}
