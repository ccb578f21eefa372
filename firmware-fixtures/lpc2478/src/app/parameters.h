/* Parameters of the terminal: set by the station (AFN 04) or at the console, kept in battery RAM. */
#ifndef PARAMETERS_H
#define PARAMETERS_H

#include <stdint.h>

typedef enum {
    PARAM_V_NOMINAL,
    PARAM_I_NOMINAL,
    PARAM_V_GAIN,
    PARAM_I_GAIN,
    PARAM_SAG,
    PARAM_SWELL,
    PARAM_PHASE_LOSS,
    PARAM_OVER_CURRENT,
    PARAM_UNBALANCE,
    PARAM_OVER_DEMAND,
    PARAM_LOW_FACTOR,
    PARAM_THD_LIMIT,
    PARAM_HYSTERESIS,
    PARAM_EVENT_DELAY,
    PARAM_DEMAND_MINUTES,
    PARAM_PROFILE_MINUTES,
    PARAM_PULSE,
    PARAM_DISPLAY_SECONDS,
    PARAM_PT_RATIO,
    PARAM_CT_RATIO,
#if APP_VERSION >= 110
    PARAM_K_LIMIT,
    PARAM_FREEZE_HOUR,
#endif
#if APP_VERSION >= 120
    PARAM_NEGATIVE_LIMIT,
    PARAM_SHED_LEVEL,
    PARAM_RESTORE_LEVEL,
    PARAM_SHED_DELAY,
    PARAM_PRICE1,
    PARAM_PRICE2,
    PARAM_PRICE3,
    PARAM_PRICE4,
#endif
    PARAM_COUNT
} ParameterName;

typedef struct {
    const char *name;
    const char *unit;
    const char *meaning;
    uint8_t decimals;
    int32_t least, most, initial;
} Parameter;

extern const Parameter parameters[PARAM_COUNT];

void parametersStart(void);
int32_t parameter(ParameterName name);
/* Returns 0 outside the limits. */
int parameterSet(uint32_t index, int32_t value);
int parameterFind(const char *name);
void parametersReset(void);

#endif
