/* Messages: a queue of frames to be sent, and what has arrived, once each. */
#ifndef MESSAGES_H
#define MESSAGES_H
#include <stdbool.h>
#include <stdint.h>

#define MAX_PAYLOAD_BYTES 40

typedef struct {
    uint16_t from, to;
    uint8_t type;
    const uint8_t *payload;
    uint8_t bytes;
    int8_t rssi; /* dBm + 45 */
    uint8_t quality; /* correlation, 50 to 110 */
} Message;

/* False: no room, too long, or the radio is off. */
bool sendMessage(uint16_t to, uint8_t type, const uint8_t *payload, uint8_t bytes);
uint8_t queuedMessages(void);
void clearMessages(void);

/* What the application has to have. */
void messageSent(uint16_t to, uint8_t type, bool wasReceived);
/* False: it does not know this type; the runtime is asked then. */
bool messageReceived(const Message *message);

#endif
