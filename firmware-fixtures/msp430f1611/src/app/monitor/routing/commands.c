#include "commands.h"

#include "event-log.h"
#include "frame.h"
#include "message-types.h"
#include "packing.h"
#include "random.h"
#include "settings.h"
#include "timers.h"

#define COMMAND_BYTES 4
#define SPREAD_MS 200

typedef struct {
    uint8_t number;
    uint8_t which;
    uint16_t value;
} Command;

static void repeatFired(void);
static Timer repeatTimer = {.fired = repeatFired};
static Command newest;

uint8_t settingsNumber(void) { return newest.number; }

static bool isNewer(uint8_t number) { return newest.number == 0 || (int8_t)(number - newest.number) > 0; }

static void repeatSoon(void) {
    if (!isTimerRunning(&repeatTimer)) startOneShot(&repeatTimer, 10 + randomBelow(SPREAD_MS));
}

static void repeatFired(void) {
    uint8_t payload[COMMAND_BYTES];
    Writer writer = writerOn(payload, sizeof payload);
    write8(&writer, newest.number);
    write8(&writer, newest.which);
    write16(&writer, newest.value);
    sendMessage(BROADCAST, MESSAGE_COMMAND, payload, writer.used);
}

void compareSettings(uint8_t number) {
    if (newest.number != 0 && number != newest.number && !isNewer(number)) repeatSoon();
}

void commandReceived(const Message *message) {
    Reader reader = readerOn(message->payload, message->bytes);
    Command command;
    command.number = read8(&reader);
    command.which = read8(&reader);
    command.value = read16(&reader);
    if (reader.isShort || command.number == 0 || !isNewer(command.number)) return;
    if (!changeSetting(command.which, command.value)) return;
    newest = command;
    logEvent(EVENT_SETTING, command.which);
    repeatSoon();
}
