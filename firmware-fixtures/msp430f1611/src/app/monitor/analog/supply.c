#include "supply.h"

#include "adc.h"

uint16_t measureSupply(void) {
    uint16_t code = convert(INPUT_SUPPLY);
    return code == ADC_FAILED ? 0 : 2 * millivoltsOf(code);
}
