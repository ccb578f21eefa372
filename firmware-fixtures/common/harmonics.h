/* Harmonics of each channel by a fixed-point DFT, one channel after each burst. */
#ifndef HARMONICS_H
#define HARMONICS_H

#include <stdint.h>

#include "sampling.h"

#if APP_VERSION >= 120
#define HARMONICS_MAX 19u
#elif APP_VERSION >= 110
#define HARMONICS_MAX 15u
#else
#define HARMONICS_MAX 11u
#endif

typedef struct {
    uint16_t share[HARMONICS_MAX]; /* of the fundamental, 0.1 %; [0] is the fundamental itself */
    uint16_t distortion;           /* THD, 0.1 % */
    uint16_t oddDistortion;
#if APP_VERSION >= 110
    uint16_t kFactor; /* 0.1 */
    int16_t angle;    /* of the fundamental against phase A's voltage, 0.1 degree */
#endif
} Spectrum;

extern Spectrum spectra[CHANNELS];

void harmonicsNext(void);
/* Fundamental of a channel as last measured: cosine and sine parts. */
void harmonicsPhasor(uint32_t channel, int32_t *real, int32_t *imaginary);
#if APP_VERSION >= 110
/* Angle of a vector in 0.1 degree, -1800..1799. */
int32_t angleOf(int32_t y, int32_t x);
#endif

#endif
