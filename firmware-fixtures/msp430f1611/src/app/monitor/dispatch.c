/* Who gets which message. */
#include "beacons.h"
#include "commands.h"
#include "forwarding.h"
#include "message-types.h"
#include "messages.h"
#include "query.h"
#include "status-leds.h"

void messageSent(uint16_t to, uint8_t type, bool wasReceived) {
    if (type == MESSAGE_DATA) dataSent(to, wasReceived);
}

bool messageReceived(const Message *message) {
    switch (message->type) {
        case MESSAGE_BEACON:
            beaconReceived(message);
            break;
        case MESSAGE_DATA:
            dataReceived(message);
            break;
        case MESSAGE_COMMAND:
            commandReceived(message);
            break;
        case MESSAGE_QUERY:
            queryReceived(message);
            break;
        default:
            return false;
    }
    showReceived();
    return true;
}
