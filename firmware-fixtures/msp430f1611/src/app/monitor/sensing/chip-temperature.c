/* 986 mV at 0 degrees and 3.55 mV a degree. Source: data sheet SLAS368, "12-Bit ADC, Temperature Sensor". */
#include "chip-temperature.h"

#include "adc.h"
#include "arithmetic.h"

#define MICROVOLTS_PER_CODE 610L
#define MICROVOLTS_AT_0 986000L

static int16_t degreesOf(uint16_t code) {
    int32_t microvolts = (int32_t)code * MICROVOLTS_PER_CODE + (int32_t)code * 35 / 100;
    return limit16((microvolts - MICROVOLTS_AT_0) * 2 / 71);
}

bool measureChipTemperature(int16_t *degrees) {
    uint16_t code = convert(INPUT_CHIP);
    if (code == ADC_FAILED) return false;
    *degrees = degreesOf(code);
    return true;
}
