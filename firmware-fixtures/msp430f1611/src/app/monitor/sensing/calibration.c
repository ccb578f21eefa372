/* Offset and gain of each channel: value * gain / 1024 + offset. */
#include "calibration.h"

#include "arithmetic.h"

#define UNITY 1024

typedef struct {
    int16_t offset;
    int16_t gain;
} Correction;

static const Correction corrections[CHANNELS] = {
    [TEMPERATURE] = {-12, UNITY}, [HUMIDITY] = {0, 1018}, [LIGHT] = {0, 1030}, [SOLAR] = {0, 1030}, [SUPPLY] = {0, UNITY},
};

static int16_t corrected(int16_t value, const Correction *correction) {
    return limit16((int32_t)value * correction->gain / UNITY + correction->offset);
}

void calibrateSample(Sample *sample) {
    for (uint8_t i = 0; i < CHANNELS; i++) sample->values[i] = corrected(sample->values[i], &corrections[i]);
}
