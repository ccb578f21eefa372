/* Source: SHT1x data sheet, "Converting output to physical values", 14 and 12 bits. */
#include "arithmetic.h"
#include "sht11.h"

#define CODE_MASK_14 0x3FFF
#define CODE_MASK_12 0x0FFF

int16_t sht11Degrees(uint16_t code) { return (int16_t)(code & CODE_MASK_14) - 3960; }

/* -4 + 0.0405 c - 2.8e-6 c^2, in 0.01 %. */
static int16_t linearPercent(uint16_t code) {
    uint32_t square = (uint32_t)code * code;
    return (int16_t)(-400 + (int32_t)(405UL * code / 100) - (int32_t)(28 * square / 100000UL));
}

/* (T - 25) (0.01 + 0.00008 c) more. */
static int16_t compensation(uint16_t code, int16_t degrees) {
    return limit16((int32_t)(degrees - 2500) * (int32_t)(1000 + 8UL * code) / 100000L);
}

int16_t sht11Percent(uint16_t code, int16_t degrees) {
    code &= CODE_MASK_12;
    int16_t percent = linearPercent(code) + compensation(code, degrees);
    if (percent < 0) return 0;
    return percent > 10000 ? 10000 : percent;
}
