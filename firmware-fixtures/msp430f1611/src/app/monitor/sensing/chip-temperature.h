/* The sensor within the chip: what there is when the SHT11 does not answer. */
#ifndef CHIP_TEMPERATURE_H
#define CHIP_TEMPERATURE_H
#include <stdbool.h>
#include <stdint.h>

/* 0.01 degrees, with the ADC on. */
bool measureChipTemperature(int16_t *degrees);

#endif
