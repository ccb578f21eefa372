#include "radio-guard.h"

#include "cc2420.h"
#include "messages.h"
#include "radio.h"
#include "timers.h"

#define CHECK_MS 4096

static void guardFired(void);
static Timer guardTimer = {.fired = guardFired};
static uint16_t guardedAddress;
uint16_t radioRestarts;

/* After a dip of the supply the registers have their values after reset. */
static bool hasSettings(void) { return (readRegister(SECCTRL0) & 0x0300) == 0x0100; }
static bool isOscillating(void) { return (radioStatus() & STATUS_OSCILLATOR) != 0; }
static bool isHealthy(void) { return isRadioOn() && isOscillating() && hasSettings(); }

static void restartRadio(void) {
    radioRestarts++;
    stopRadio();
    clearMessages();
    startRadio(guardedAddress);
}

static void guardFired(void) {
    if (!isSending() && !isHealthy()) restartRadio();
}

void startGuardedRadio(uint16_t address) {
    guardedAddress = address;
    startRadio(address);
    startPeriodic(&guardTimer, CHECK_MS);
}

void stopGuardedRadio(void) {
    stopTimer(&guardTimer);
    clearMessages();
    stopRadio();
}
