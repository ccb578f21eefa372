/* Parameters of the node: set by the station (AFN 04), kept in EEPROM. */
#ifndef PARAMETERS_H
#define PARAMETERS_H

#include <stdint.h>

#include "target.h"

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
    PARAM_LOW_FACTOR,
    PARAM_THD_LIMIT,
    PARAM_EVENT_DELAY,
    PARAM_DEMAND_MINUTES,
    PARAM_PROFILE_MINUTES,
    PARAM_PULSE,
    PARAM_PT_RATIO,
    PARAM_CT_RATIO,
    PARAM_COUNT
} ParameterName;

typedef struct {
    uint8_t decimals;
    uint16_t least, most, initial;
} Parameter;

extern const FLASH_TABLE Parameter parameters[PARAM_COUNT];

void parametersStart(void);
int32_t parameter(ParameterName name);
/* Returns 0 outside the limits. */
int parameterSet(uint32_t index, int32_t value);

#endif
