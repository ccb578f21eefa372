/* Application functions (AFN) of the power-load protocol. */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include <stdint.h>

#define AFN_CONFIRM 0x00
#define AFN_LINK 0x02
#define AFN_SET 0x04
#define AFN_AUTHENTICATE 0x06
#define AFN_CONFIGURATION 0x09
#define AFN_QUERY 0x0A
#define AFN_CLASS1 0x0C
#define AFN_CLASS2 0x0D
#define AFN_CLASS3 0x0E

#define PASSWORD_BYTES 16u
#define REPLY_DATA_MAX 180u

typedef struct {
    uint8_t afn;
    uint8_t fn; /* 1.. */
    uint8_t pn; /* 0.. */
    const uint8_t *data;
    uint8_t count;
} Request;

/* Data of a reply, or nothing: then it is "all confirmed" or "all denied". */
typedef struct {
    enum { REPLY_DENY, REPLY_CONFIRM, REPLY_DATA } kind;
    uint8_t count;
    uint8_t *data;
} Reply;

/* Data units of the metering part (readings.c): 1 = answered. */
int readingsClass1(const Request *request, Reply *reply);
int readingsClass2(const Request *request, Reply *reply);
int readingsEvents(const Request *request, Reply *reply);
int readingsConfiguration(const Request *request, Reply *reply);
int parametersSet(const Request *request, Reply *reply);
int parametersQuery(const Request *request, Reply *reply);

void protocolHandle(const Request *request, Reply *reply);
/* The station has authenticated itself: as soon as the reply has left, the agent takes over. */
uint8_t protocolHandsOver(void);

#endif
