/* Cost of the imported energy: registers in 0.01 kWh times prices in 0.0001. */
#include "cost.h"

#if APP_VERSION >= 120
#include "clocktime.h"
#include "energy.h"
#include "measure.h"
#include "parameters.h"

static int32_t price(uint32_t tariff) { return parameter((ParameterName)(PARAM_PRICE1 + tariff - 1u)); }

int32_t costOf(uint32_t tariff) {
    if (tariff != 0) return scaled(energyOf(ACTIVE_IMPORT, tariff), price(tariff), 10000);
    int32_t total = 0;
    for (uint32_t i = 1; i <= TARIFFS; i++) total += costOf(i);
    return total;
}

int32_t costPerHour(void) {
    ClockTime now;
    clockTimeRead(&now);
    if (readings.active <= 0) return 0;
    return scaled(readings.active, price(tariffAt(&now)), 1000000);
}
#endif
