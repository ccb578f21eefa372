/* Receiver: FIFOP says that a frame is there; a task fetches it. */
#include "board.h"
#include "cc2420.h"
#include "frame.h"
#include "msp430f1611.h"
#include "radio.h"
#include "scheduler.h"

#define FOOTER_BYTES 2
#define GOOD_CHECK 0x80
#define FRAMES_PER_TURN 4

static void receiveFrames(void);
static Task receiveTask = {.run = receiveFrames};
static uint8_t buffer[MAX_FRAME_BYTES + FOOTER_BYTES];

/* Twice, as the data sheet has it: the first may leave a byte that is just arriving. */
static void flushReceiver(void) {
    strobe(SFLUSHRX);
    strobe(SFLUSHRX);
}

void startReceiver(void) {
    flushReceiver();
    P1IES &= (uint8_t)~FIFOP_PIN;
    P1IFG &= (uint8_t)~FIFOP_PIN;
    P1IE |= FIFOP_PIN;
    strobe(SRXON);
}

void stopReceiver(void) {
    P1IE &= (uint8_t)~FIFOP_PIN;
    P1IFG &= (uint8_t)~FIFOP_PIN;
    strobe(SRFOFF);
}

void fifopInterrupt(void) {
    P1IFG &= (uint8_t)~FIFOP_PIN;
    postTask(&receiveTask);
}

static void deliver(uint8_t bytes) {
    int8_t rssi = (int8_t)buffer[bytes];
    uint8_t quality = buffer[bytes + 1] & 0x7F;
    if (isAckFrame(buffer, bytes)) {
        ackReceived(frameSequence(buffer));
    } else if (isDataFrame(buffer, bytes)) {
        radioCounters.received++;
        radioReceived(buffer, bytes, rssi, quality);
    }
}

static void receiveFrame(void) {
    uint8_t length = readRxLength();
    if (length < ACK_FRAME_BYTES + FOOTER_BYTES || length > sizeof buffer) {
        radioCounters.damaged++;
        flushReceiver();
        return;
    }
    readRxFifo(buffer, length);
    if ((buffer[length - 1] & GOOD_CHECK) == 0) radioCounters.damaged++;
    else deliver(length - FOOTER_BYTES);
}

/* FIFOP without FIFO: the FIFO has overflowed. */
static void receiveFrames(void) {
    for (uint8_t i = 0; i < FRAMES_PER_TURN && isRadioOn() && isFifop(); i++) {
        if (isFifo()) {
            receiveFrame();
        } else {
            radioCounters.overflows++;
            flushReceiver();
        }
    }
    if (isRadioOn() && isFifop()) postTask(&receiveTask);
}
