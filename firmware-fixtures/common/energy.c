/* Energy. A register is whole 0.01 kWh and a remainder in 0.1 Ws, so that nothing is lost by rounding. */
#include "energy.h"

#include "battery.h"
#include "measure.h"
#include "parameters.h"
#include "support.h"

#define UNIT_DECIWATTSECONDS 360000u /* 0.01 kWh */

const char *const energyNames[ENERGY_KINDS] = {"active import", "active export", "reactive Q1",
                                               "reactive Q2",   "reactive Q3",   "reactive Q4"};

typedef struct {
    uint32_t units[ENERGY_KINDS][TARIFFS];
    uint32_t rest[ENERGY_KINDS];
    uint32_t pulseRest;
    uint32_t pulses;
} Registers;
static Registers registers;
static uint8_t changed;

void energyStart(void) {
    if (!batteryLoad(BLOCK_ENERGY, &registers, sizeof registers)) {
        memset(&registers, 0, sizeof registers);
        changed = 1;
        energyKeep();
    }
}

void energyKeep(void) {
    if (!changed) return;
    changed = 0;
    batteryStore(BLOCK_ENERGY, &registers, sizeof registers);
}

static void add(EnergyKind kind, uint32_t tariff, uint32_t deciwatts) {
    if (deciwatts == 0) return;
    uint32_t rest = registers.rest[kind] + deciwatts;
    registers.units[kind][tariff - 1u] += rest / UNIT_DECIWATTSECONDS;
    registers.rest[kind] = rest % UNIT_DECIWATTSECONDS;
    changed = 1;
}

static void countPulses(uint32_t deciwatts) {
    uint32_t perPulse = 36000000u / (uint32_t)parameter(PARAM_PULSE);
    registers.pulseRest += deciwatts;
    registers.pulses += registers.pulseRest / perPulse;
    registers.pulseRest %= perPulse;
}

void energySecond(uint32_t tariff) {
    int32_t active = readings.active;
    int32_t reactive = readings.reactive;
    uint32_t amount = (uint32_t)absolute(active);
    add(active >= 0 ? ACTIVE_IMPORT : ACTIVE_EXPORT, tariff, amount);
    EnergyKind quadrant = active >= 0 ? (reactive >= 0 ? REACTIVE_Q1 : REACTIVE_Q4)
                                      : (reactive >= 0 ? REACTIVE_Q2 : REACTIVE_Q3);
    add(quadrant, tariff, (uint32_t)absolute(reactive));
    countPulses(amount);
}

uint32_t energyOf(EnergyKind kind, uint32_t tariff) {
    if (tariff != 0) return registers.units[kind][tariff - 1u];
    uint32_t total = 0;
    for (uint32_t i = 0; i < TARIFFS; i++) total += registers.units[kind][i];
    return total;
}

uint32_t energyPulses(void) { return registers.pulses; }
