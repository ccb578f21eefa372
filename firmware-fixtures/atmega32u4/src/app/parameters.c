/* Parameter table with limits and defaults. */
#include "parameters.h"

#include "battery.h"

const FLASH_TABLE Parameter parameters[PARAM_COUNT] = {
    {1, 500, 4000, 2200},  /* nominal phase voltage, 0.1 V */
    {3, 100, 60000, 5000}, /* nominal phase current, mA */
    {0, 100, 9999, 836},   /* voltage of one converter step, mV */
    {0, 1, 999, 23},       /* current of one converter step, mA */
    {0, 50, 99, 85},       /* voltage sag below, % of nominal */
    {0, 101, 150, 112},    /* voltage swell above, % of nominal */
    {0, 5, 60, 40},        /* phase loss below, % of nominal */
    {0, 50, 400, 120},     /* over-current above, % of nominal */
    {0, 1, 500, 100},      /* voltage unbalance above, 0.1 % */
    {3, 100, 999, 800},    /* power factor alarm below */
    {1, 10, 500, 80},      /* harmonic distortion alarm above, 0.1 % */
    {0, 1, 60, 3},         /* a limit is passed for so long, s */
    {0, 1, 60, 15},        /* demand interval, min */
    {0, 1, 60, 15},        /* load profile interval, min */
    {0, 1, 10000, 800},    /* pulse constant, a kWh */
    {0, 1, 9999, 1},       /* voltage transformer ratio */
    {0, 1, 9999, 1},       /* current transformer ratio */
};

typedef struct {
    uint16_t values[PARAM_COUNT];
} Values;
static Values current;

int32_t parameter(ParameterName name) { return current.values[name]; }

static uint8_t within(uint8_t index, uint16_t value) {
    return value >= parameters[index].least && value <= parameters[index].most;
}

void parametersStart(void) {
    uint8_t isKept = (uint8_t)batteryLoad(BLOCK_PARAMETERS, &current, sizeof current);
    for (uint8_t i = 0; i < PARAM_COUNT; i++) {
        if (!isKept || !within(i, current.values[i])) current.values[i] = parameters[i].initial;
    }
}

int parameterSet(uint32_t index, int32_t value) {
    if (index >= PARAM_COUNT || value < 0 || value > 0xFFFF || !within((uint8_t)index, (uint16_t)value)) return 0;
    if (current.values[index] == (uint16_t)value) return 1;
    current.values[index] = (uint16_t)value;
    batteryStore(BLOCK_PARAMETERS, &current, sizeof current);
    return 1;
}
