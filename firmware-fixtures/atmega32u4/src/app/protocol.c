/* Dispatch of application functions. Source: decision 0001; Q/GDW 376.1 for the numbers of AFN and Fn.
   Left out: file transfer, which is the agent's; relay, control, task data: denied. */
#include "protocol.h"

#include <avr/pgmspace.h>
#include <string.h>

#include "flash-map.h"
#include "xtea.h"

#define CHALLENGE_BYTES 8u
#define VERSION_AT 12u

static const char configuration[41] PROGMEM = "FRIGNODE-32U????\x16\x07\x25" "28672 bytes" "1.0 A   \x16\x07\x25";
static uint8_t handsOver;

uint8_t protocolHandsOver(void) { return handsOver; }

static void authenticate(const Request *request, Reply *reply) {
    uint8_t block[CHALLENGE_BYTES];
    if (request->fn != 2 || request->count != CHALLENGE_BYTES + PASSWORD_BYTES) return;
    xteaEncrypt(request->data, block);
    if (memcmp(block, request->data + CHALLENGE_BYTES, CHALLENGE_BYTES) != 0) return;
    for (uint8_t i = 0; i < CHALLENGE_BYTES; i++) block[i] = request->data[CHALLENGE_BYTES - 1u - i];
    memset(reply->data, 0, 16);
    xteaEncrypt(block, reply->data);
    reply->kind = REPLY_DATA;
    reply->count = 16;
    handsOver = 1;
}

static void version(Reply *reply) {
    memcpy_P(reply->data, configuration, sizeof configuration);
    memcpy_P(reply->data + VERSION_AT, (const void *)HEADER_VERSION_AT, 4);
    reply->kind = REPLY_DATA;
    reply->count = sizeof configuration;
}

void protocolHandle(const Request *request, Reply *reply) {
    switch (request->afn) {
        case AFN_LINK:
            if (request->fn == 1) reply->kind = REPLY_CONFIRM;
            break;
        case AFN_AUTHENTICATE:
            authenticate(request, reply);
            break;
        case AFN_CONFIGURATION:
            if (request->fn == 1 && request->pn == 0) version(reply);
            break;
        case AFN_SET:
            if (parametersSet(request, reply)) reply->kind = REPLY_CONFIRM;
            break;
        case AFN_QUERY:
            parametersQuery(request, reply);
            break;
        case AFN_CLASS1:
            readingsClass1(request, reply);
            break;
        case AFN_CLASS2:
            readingsClass2(request, reply);
            break;
        case AFN_CLASS3:
            readingsEvents(request, reply);
            break;
        default:
            break;
    }
}
