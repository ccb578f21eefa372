/* Contents on their way to the sink, ours and those of others, one after the other to the parent. */
#ifndef FORWARDING_H
#define FORWARDING_H
#include "messages.h"

#define DATA_HEADER_BYTES 5
#define MAX_CONTENT_BYTES (MAX_PAYLOAD_BYTES - DATA_HEADER_BYTES)

void startForwarding(void);
/* False: no room. */
bool submitContent(uint8_t kind, const uint8_t *content, uint8_t bytes);
bool hasRoute(void);
bool isForwardingIdle(void);
void dataReceived(const Message *message);
void dataSent(uint16_t to, bool wasReceived);

typedef struct {
    uint16_t delivered, forwarded, dropped, duplicates;
} ForwardingCounters;
extern ForwardingCounters forwardingCounters;

#endif
