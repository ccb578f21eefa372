/* Diodes S1087 and S1087-01 on 100 kOhm. Source: the formulas that Moteiv gives for them: 6250 and 769 lux a volt. */
#include "light.h"

#include "adc.h"
#include "arithmetic.h"

#define VISIBLE_LUX_PER_VOLT 6250
#define SOLAR_LUX_PER_VOLT 769

static int16_t luxOf(uint8_t input, uint16_t perVolt) {
    uint16_t code = convert(input);
    if (code == ADC_FAILED) return LIGHT_FAILED;
    return limit16((int32_t)millivoltsOf(code) * perVolt / 1000);
}

int16_t measureLight(void) { return luxOf(INPUT_LIGHT, VISIBLE_LUX_PER_VOLT); }
int16_t measureSolar(void) { return luxOf(INPUT_SOLAR, SOLAR_LUX_PER_VOLT); }
