/* Energy registers: active import and export and reactive in four quadrants, each in four tariffs. */
#ifndef ENERGY_H
#define ENERGY_H

#include <stdint.h>

#include "tariff.h"

typedef enum { ACTIVE_IMPORT, ACTIVE_EXPORT, REACTIVE_Q1, REACTIVE_Q2, REACTIVE_Q3, REACTIVE_Q4, ENERGY_KINDS } EnergyKind;

extern const char *const energyNames[ENERGY_KINDS];

void energyStart(void);
/* One second of the present readings. */
void energySecond(uint32_t tariff);
/* Once a minute and before a restart: into battery RAM. */
void energyKeep(void);
/* In 0.01 kWh (kvarh); tariff 0 is the total. */
uint32_t energyOf(EnergyKind kind, uint32_t tariff);
/* Pulses of the meter constant so far. */
uint32_t energyPulses(void);

#endif
