/* ADC12 against its own reference of 2.5 V. */
#ifndef ADC_H
#define ADC_H
#include <stdint.h>

#define INPUT_LIGHT 4 /* photodiode, visible light */
#define INPUT_SOLAR 5 /* photodiode, visible and infrared */
#define INPUT_CHIP 10 /* temperature sensor */
#define INPUT_SUPPLY 11 /* half of the supply */
#define ADC_FAILED 0xFFFF

/* The reference needs ADC_SETTLE_MS until it is right. It stays on until the last user has switched it off. */
#define ADC_SETTLE_MS 20
void adcOn(void);
void adcOff(void);
/* 0 to 4095, of several conversions; ADC_FAILED when none ends. */
uint16_t convert(uint8_t input);
/* Of what is at the input. */
uint16_t millivoltsOf(uint16_t code);

#endif
