/* Parameter table with limits and defaults. */
#include "parameters.h"

#include "battery.h"
#include "text.h"

const Parameter parameters[PARAM_COUNT] = {
    {"vnom", "V", "nominal phase voltage", 1, 500, 4000, 2200},
    {"inom", "A", "nominal phase current", 3, 100, 100000, 5000},
    {"vgain", "mV", "voltage of one converter step", 0, 100, 9999, 836},
    {"igain", "mA", "current of one converter step", 0, 1, 999, 23},
    {"sag", "%", "voltage sag below, of nominal", 0, 50, 99, 85},
    {"swell", "%", "voltage swell above, of nominal", 0, 101, 150, 112},
    {"ploss", "%", "phase loss below, of nominal", 0, 5, 60, 40},
    {"iover", "%", "over-current above, of nominal", 0, 50, 400, 120},
    {"unbal", "%", "voltage unbalance above", 0, 1, 50, 10},
    {"dover", "kW", "demand alarm above", 1, 1, 99999, 500},
    {"lowpf", "", "power factor alarm below", 3, 100, 999, 800},
    {"thd", "%", "harmonic distortion alarm above", 1, 10, 500, 80},
    {"hyst", "%", "hysteresis of all limits", 0, 0, 20, 2},
    {"delay", "s", "a limit is passed for so long", 0, 1, 600, 3},
    {"dmin", "min", "demand interval", 0, 1, 60, 15},
    {"pmin", "min", "load profile interval", 0, 1, 60, 15},
    {"pulse", "/kWh", "pulse constant", 0, 1, 10000, 800},
    {"page", "s", "display page stays for", 0, 1, 60, 5},
    {"pt", "", "voltage transformer ratio", 0, 1, 9999, 1},
    {"ct", "", "current transformer ratio", 0, 1, 9999, 1},
#if APP_VERSION >= 110
    {"kmax", "", "transformer K factor alarm above", 1, 10, 500, 90},
    {"freeze", "h", "hour of the daily freeze", 0, 0, 23, 0},
#endif
#if APP_VERSION >= 120
    {"negseq", "%", "negative sequence alarm above", 1, 5, 500, 40},
    {"shed", "kW", "load shedding starts above", 1, 1, 99999, 800},
    {"restore", "kW", "load comes back below", 1, 1, 99999, 600},
    {"sheddly", "s", "between two shedding steps", 0, 1, 900, 30},
    {"price1", "", "price of a kWh in tariff 1", 4, 0, 99999, 10500},
    {"price2", "", "price of a kWh in tariff 2", 4, 0, 99999, 8200},
    {"price3", "", "price of a kWh in tariff 3", 4, 0, 99999, 5100},
    {"price4", "", "price of a kWh in tariff 4", 4, 0, 99999, 3100},
#endif
};

typedef struct {
    int32_t values[PARAM_COUNT];
} Values;
static Values current;

int32_t parameter(ParameterName name) { return current.values[name]; }

void parametersReset(void) {
    for (uint32_t i = 0; i < PARAM_COUNT; i++) current.values[i] = parameters[i].initial;
    batteryStore(BLOCK_PARAMETERS, &current, sizeof current);
}

static int within(uint32_t index, int32_t value) {
    return value >= parameters[index].least && value <= parameters[index].most;
}

void parametersStart(void) {
    if (!batteryLoad(BLOCK_PARAMETERS, &current, sizeof current)) {
        parametersReset();
        return;
    }
    for (uint32_t i = 0; i < PARAM_COUNT; i++) {
        if (!within(i, current.values[i])) current.values[i] = parameters[i].initial;
    }
}

int parameterSet(uint32_t index, int32_t value) {
    if (index >= PARAM_COUNT || !within(index, value)) return 0;
    if (current.values[index] == value) return 1;
    current.values[index] = value;
    batteryStore(BLOCK_PARAMETERS, &current, sizeof current);
    return 1;
}

int parameterFind(const char *name) {
    for (uint32_t i = 0; i < PARAM_COUNT; i++) {
        if (textEqual(parameters[i].name, name)) return (int)i;
    }
    return -1;
}
