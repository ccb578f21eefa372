/* Sender: one frame at a time, tried until it is acknowledged or the tries are used up. */
#include <stddef.h>

#include "cc2420.h"
#include "clock.h"
#include "frame.h"
#include "radio.h"
#include "random.h"
#include "timers.h"

#define FOOTER_BYTES 2
#define MAX_BUSY 12
#define MAX_TRIES 4
#define BACKOFF_MS 8
#define ACK_WAIT_MS 6
/* Longest frame with its preamble: 4.3 ms. */
#define LONGEST_TICKS 160

static void backOffFired(void);
static void ackWaitFired(void);
static Timer backOffTimer = {.fired = backOffFired};
static Timer ackWaitTimer = {.fired = ackWaitFired};
static struct {
    const uint8_t *frame;
    uint8_t bytes, tries, busy;
} pending;

bool isSending(void) { return pending.frame != NULL; }

static void finish(bool wasReceived) {
    pending.frame = NULL;
    if (!wasReceived) radioCounters.unanswered++;
    radioSent(wasReceived);
}

static void backOff(void) { startOneShot(&backOffTimer, 1 + randomBelow(BACKOFF_MS)); }

static void loadFrame(void) {
    uint8_t length = pending.bytes + FOOTER_BYTES;
    strobe(SFLUSHTX);
    writeTxFifo(&length, 1);
    writeTxFifo(pending.frame, pending.bytes);
}

static bool isTransmitting(void) { return (radioStatus() & STATUS_SENDING) != 0; }

static void waitForEnd(void) {
    uint16_t start = clockTicks();
    while (isTransmitting() && (uint16_t)(clockTicks() - start) < LONGEST_TICKS) {}
}

static void channelIsBusy(void) {
    radioCounters.channelBusy++;
    if (++pending.busy >= MAX_BUSY) finish(false);
    else backOff();
}

static void frameIsOut(void) {
    radioCounters.sent++;
    waitForEnd();
    if (wantsAck(pending.frame)) startOneShot(&ackWaitTimer, ACK_WAIT_MS);
    else finish(true);
}

static void backOffFired(void) {
    loadFrame();
    strobe(STXONCCA);
    if (isTransmitting()) frameIsOut();
    else channelIsBusy();
}

static void ackWaitFired(void) {
    if (++pending.tries >= MAX_TRIES) {
        finish(false);
        return;
    }
    radioCounters.repeated++;
    backOff();
}

void ackReceived(uint8_t sequence) {
    if (!isTimerRunning(&ackWaitTimer) || frameSequence(pending.frame) != sequence) return;
    stopTimer(&ackWaitTimer);
    finish(true);
}

bool sendFrame(const uint8_t *frame, uint8_t bytes) {
    if (!isRadioOn() || isSending()) return false;
    pending.frame = frame;
    pending.bytes = bytes;
    pending.tries = 0;
    pending.busy = 0;
    backOff();
    return true;
}

/* What was under way is given up without a word. */
void stopSender(void) {
    stopTimer(&backOffTimer);
    stopTimer(&ackWaitTimer);
    pending.frame = NULL;
}
