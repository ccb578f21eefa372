/* RadioCountToLeds, as TinyOS has it: broadcasts a count four times a second, shows the last three bits of what
   others count. */
#include "frame.h"
#include "leds.h"
#include "messages.h"
#include "msp430f1611.h"
#include "radio-guard.h"
#include "radio.h"
#include "random.h"
#include "scheduler.h"
#include "system.h"
#include "timers.h"

/* TinyOS's AM_RADIO_COUNT_MSG. */
#define RADIO_COUNT 6
#define COUNT_BYTES 2
#define PERIOD_MS 250

static void countFired(void);
static Timer countTimer = {.fired = countFired};
static uint16_t count;

static void sendCount(void) {
    uint8_t payload[COUNT_BYTES];
    put16(payload, count);
    sendMessage(BROADCAST, RADIO_COUNT, payload, COUNT_BYTES);
}

static void countFired(void) {
    count++;
    if (queuedMessages() == 0) sendCount();
}

void messageSent(uint16_t to, uint8_t type, bool wasReceived) {
    (void)to;
    (void)type;
    (void)wasReceived;
}

bool messageReceived(const Message *message) {
    if (message->type != RADIO_COUNT || message->bytes != COUNT_BYTES) return false;
    setLeds(get16(message->payload) & LEDS_ALL);
    return true;
}

int main(void) {
    startSystem();
    enableInterrupts();
    uint16_t address = addressFromSerialNumber();
    seedRandom(address);
    startGuardedRadio(address);
    startPeriodic(&countTimer, PERIOD_MS);
    runTasks();
}
