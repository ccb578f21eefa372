/* One look at the surroundings. */
#ifndef SAMPLE_H
#define SAMPLE_H
#include <stdint.h>

typedef enum { TEMPERATURE, HUMIDITY, LIGHT, SOLAR, SUPPLY, CHANNELS } Channel;

#define FLAG_NO_SHT11 1 /* the temperature is the chip's own */
#define FLAG_NO_HUMIDITY 2
#define FLAG_ADC_FAILED 4
#define FLAG_OUTLIER 8 /* a value was replaced by the one before */

typedef struct {
    uint32_t atS; /* network time */
    int16_t values[CHANNELS]; /* 0.01 degrees, 0.01 %, lux, lux, mV */
    uint8_t flags;
} Sample;

#endif
