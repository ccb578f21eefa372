/* The resident runtime: every reset comes here. Source: README.md, "Course of an update". */
#include <stdint.h>

#include "flash-map.h"

#include "apply.h"
#include "board.h"
#include "boot.h"
#include "bundle.h"
#include "link.h"
#include "radio-load.h"
#include "radio.h"
#include "records.h"
#include "serial.h"
#include "supply.h"
#include "transfer.h"

/* More than two repeats of a station that waits 10 s. */
#define SILENT_SECONDS 25
/* Starts that the watchdog may end, one after the other, before the runtime keeps the node. */
#define MAX_STARTS 3
/* Turns of its main loop after which an application is trusted. */
#define TRUSTED_TURNS 200

/* Outlives a reset, not a loss of supply. */
#define MARK 0x5AA5u
static uint16_t mark __attribute__((section(".noinit")));
static uint8_t starts __attribute__((section(".noinit")));
static uint8_t turns;
static uint8_t isByRadio;

extern void startApplication(void) __attribute__((noreturn));
extern void takeOver(void) __attribute__((noreturn));

static void restart(void) {
    mark = 0;
    boardRestart();
}

static void finishUpdate(void) {
    if (afterReply == AFTER_APPLY) updateApply();
    if (afterReply != AFTER_NOTHING) restart();
}

/* @param seconds of silence that end it; 0: none do. */
static void serve(uint8_t seconds) {
    uint8_t silent = 0;
    for (;;) {
        switch (serialWait()) {
            case WAIT_SECOND:
                if (++silent == seconds) restart();
                continue;
            case WAIT_RADIO:
                if (!radioLoadPoll()) continue;
                radioLoadAnswer();
                break;
            default:
                if (linkReceive()) linkAnswer();
        }
        silent = 0;
        finishUpdate();
    }
}

/* Of interrupts of the application none comes any more, and its stack is given up. */
void takenOver(void) {
    boardStart();
    serialStart();
    recordsLoad();
    /* An area that the application has spoilt is as it was again. */
    if (!bundleLoad() || !areaLoad()) restart();
    if (isByRadio) {
        radioStart();
        radioLoadAnswer();
    } else {
        linkAnswer();
    }
    finishUpdate();
    serve(SILENT_SECONDS);
}

static void takeOverByRadio(void) {
    isByRadio = 1;
    takeOver();
}

void nodeRestart(void) { restart(); }

uint8_t nodeRadioTake(const uint8_t *frame, uint8_t bytes) {
    if (!radioLoadTake(frame, bytes)) return 0;
    if (radioLoadAsksForUpdate()) takeOverByRadio();
    return 1;
}

void nodeService(void) {
    watchdogFeed();
    if (turns < TRUSTED_TURNS && ++turns == TRUSTED_TURNS) {
        starts = 0;
        radioStartIfFree();
    }
    if (radioLoadPoll() && radioLoadAsksForUpdate()) takeOverByRadio();
    if (!linkReceive()) return;
    if (linkAsksForUpdate()) takeOver();
    linkAnswer();
}

static uint8_t isStartable(void) {
    if (!boardWasReset() || mark != MARK) starts = 0;
    mark = MARK;
    return starts < MAX_STARTS;
}

void runtimeMain(void) {
    boardStart();
    serialStart();
    if (bootDecision() && isStartable()) {
        starts++;
        supplyEnd();
        watchdogFeed();
        startApplication();
    }
    linkLogin();
    radioStart();
    serve(0);
}
