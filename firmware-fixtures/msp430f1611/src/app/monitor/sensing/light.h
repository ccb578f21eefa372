/* Two photodiodes, with the ADC on. */
#ifndef LIGHT_H
#define LIGHT_H
#include <stdint.h>

#define LIGHT_FAILED -1

/* lux. */
int16_t measureLight(void);
int16_t measureSolar(void);

#endif
