#include "radio-guard.h"

#include "cc2420.h"
#include "messages.h"
#include "radio.h"
#include "timers.h"

#define CHECK_MS 4096

static void checkFired(void);
static Timer checkTimer = {.fired = checkFired};
static uint16_t guardedAddress;
uint16_t radioRestarts;

/* After a dip of the supply the registers have their values after reset. */
static bool hasSettings(void) { return (readRegister(SECCTRL0) & 0x0300) == 0x0100; }
static bool isOscillating(void) { return (radioStatus() & STATUS_OSCILLATOR) != 0; }
static bool isHealthy(void) { return isRadioOn() && isOscillating() && hasSettings(); }

static void restart(void) {
    radioRestarts++;
    stopRadio();
    clearMessages();
    startRadio(guardedAddress);
}

static void checkFired(void) {
    if (!isSending() && !isHealthy()) restart();
}

void startGuardedRadio(uint16_t address) {
    guardedAddress = address;
    startRadio(address);
    startPeriodic(&checkTimer, CHECK_MS);
}

void stopGuardedRadio(void) {
    stopTimer(&checkTimer);
    clearMessages();
    stopRadio();
}
