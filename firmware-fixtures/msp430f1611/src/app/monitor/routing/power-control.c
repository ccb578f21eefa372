/* TXCTRL.PA_LEVEL. Source: CC2420 data sheet, "Output Power Programming". RSSI: dBm + 45. */
#include "power-control.h"

#include <stdbool.h>

#include "cc2420.h"
#include "radio.h"

#define TXCTRL_BASE 0xA0E0
#define LEVELS 4
#define WEAKEST_RSSI -35
#define STRONGEST_RSSI -25

static const uint8_t paLevels[LEVELS] = {11, 19, 25, 31}; /* -10, -5, -1.5, 0 dBm */
static uint8_t powerStep = LEVELS - 1;

uint8_t powerLevel(void) { return paLevels[powerStep]; }

static void setLevel(uint8_t next) {
    powerStep = next;
    if (isRadioOn()) writeRegister(TXCTRL, TXCTRL_BASE | paLevels[powerStep]);
}

static bool isTooWeak(int8_t rssi) { return rssi < WEAKEST_RSSI; }
static bool isStrong(int8_t rssi) { return rssi > STRONGEST_RSSI; }

void adaptPower(int8_t rssi) {
    if (isTooWeak(rssi) && powerStep < LEVELS - 1) setLevel(powerStep + 1);
    else if (isStrong(rssi) && powerStep > 0) setLevel(powerStep - 1);
}

void fullPower(void) {
    if (powerStep != LEVELS - 1) setLevel(LEVELS - 1);
}
