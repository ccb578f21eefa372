/* Dispatch of application functions. Source: decision 0001; Q/GDW 376.1 for the numbers of AFN and Fn.
   Left out: relay, control, task data, data forwarding: denied. */
#include "protocol.h"

#include "agent.h"
#include "support.h"
#include "xtea.h"

#define CHALLENGE_BYTES 8u
#define FILE_ID_CLEAR 0
#define FILE_ID_TERMINAL 1

static const uint8_t key[16] = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
                                0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F};
static uint8_t open;

int protocolOpen(void) { return open; }

static void confirm(Reply *reply) { reply->kind = REPLY_CONFIRM; }

static void authenticate(const Request *request, Reply *reply) {
    uint8_t expected[CHALLENGE_BYTES];
    uint8_t reversed[CHALLENGE_BYTES];
    if (request->fn != 2 || request->count != CHALLENGE_BYTES + PASSWORD_BYTES) return;
    xteaEncrypt(key, request->data, expected);
    if (memcmp(expected, request->data + CHALLENGE_BYTES, CHALLENGE_BYTES) != 0) {
        open = 0;
        return;
    }
    for (uint32_t i = 0; i < CHALLENGE_BYTES; i++) {
        reversed[i] = request->data[CHALLENGE_BYTES - 1u - i];
    }
    open = 1;
    reply->kind = REPLY_DATA;
    reply->count = 16;
    memset(reply->data, 0, 16);
    xteaEncrypt(key, reversed, reply->data);
}

static void replyId(Reply *reply, uint32_t id) {
    reply->kind = REPLY_DATA;
    reply->count = 4;
    put32(reply->data, id);
}

static void fileTransfer(const Request *request, Reply *reply) {
    uint32_t id = 0;
    if (request->fn != 1 || request->pn != 0 || request->count <= PASSWORD_BYTES) return;
    if (!open) return;
    uint32_t count = request->count - PASSWORD_BYTES;
    AgentResult result = AGENT_FILE_ERROR;
    if (request->data[0] == FILE_ID_CLEAR) {
        result = agentClear();
    } else if (request->data[0] == FILE_ID_TERMINAL) {
        result = agentSegment(request->data, count, &id);
    }
    if (result == AGENT_DONE) replyId(reply, id);
    if (result == AGENT_FILE_ERROR) replyId(reply, FILE_ERROR_ID);
}

static void class1(const Request *request, Reply *reply) {
    if (request->fn == 14 && request->pn == 0) {
        if (!agentMissing(reply->data)) return;
        reply->kind = REPLY_DATA;
        reply->count = MISSING_REPLY_BYTES;
        return;
    }
    readingsClass1(request, reply);
}

void protocolHandle(const Request *request, Reply *reply) {
    switch (request->afn) {
        case AFN_LINK:
            if (request->fn == 1) confirm(reply);
            break;
        case AFN_SET:
            if (open && parametersSet(request, reply)) confirm(reply);
            break;
        case AFN_AUTHENTICATE:
            authenticate(request, reply);
            break;
        case AFN_CONFIGURATION:
            readingsConfiguration(request, reply);
            break;
        case AFN_QUERY:
            parametersQuery(request, reply);
            break;
        case AFN_CLASS1:
            class1(request, reply);
            break;
        case AFN_CLASS2:
            readingsClass2(request, reply);
            break;
        case AFN_CLASS3:
            readingsEvents(request, reply);
            break;
        case AFN_FILE:
            fileTransfer(request, reply);
            break;
        default:
            break;
    }
}
