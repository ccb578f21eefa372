/* DFT of one 64-sample period. Sine table in Q14; the table gives the cosine a quarter period further.
   Left out: windows; a burst is one period of 50 Hz, and a frequency off it leaks a little. */
#include "harmonics.h"

#include "measure.h"
#include "target.h"

#define ONE 16384
#define SINES 64u
#define STRIDE (SINES / PERIOD_SAMPLES)

Spectrum spectra[CHANNELS];
static int32_t phasors[CHANNELS][2];
static uint8_t nextChannel;

/* A shorter period takes every second entry. */
static const FLASH_TABLE int16_t sineTable[SINES] = {
    0, 1606, 3196, 4756, 6270, 7723, 9102, 10394,
    11585, 12665, 13623, 14449, 15137, 15679, 16069, 16305,
    16384, 16305, 16069, 15679, 15137, 14449, 13623, 12665,
    11585, 10394, 9102, 7723, 6270, 4756, 3196, 1606,
    0, -1606, -3196, -4756, -6270, -7723, -9102, -10394,
    -11585, -12665, -13623, -14449, -15137, -15679, -16069, -16305,
    -16384, -16305, -16069, -15679, -15137, -14449, -13623, -12665,
    -11585, -10394, -9102, -7723, -6270, -4756, -3196, -1606,
};

static void bin(const int16_t *wave, uint32_t order, int32_t *real, int32_t *imaginary) {
    int32_t c = 0;
    int32_t s = 0;
    uint32_t at = 0;
    for (uint32_t k = 0; k < PERIOD_SAMPLES; k++) {
        c += (int32_t)wave[k] * sineTable[(at + SINES / 4u) & (SINES - 1u)] >> 8;
        s += (int32_t)wave[k] * sineTable[at] >> 8;
        at = (at + STRIDE * order) & (SINES - 1u);
    }
    *real = c / (int32_t)(PERIOD_SAMPLES / 2u);
    *imaginary = s / (int32_t)(PERIOD_SAMPLES / 2u);
}

static uint32_t magnitude(int32_t real, int32_t imaginary) {
    return squareRoot((uint64_t)((int64_t)real * real) + (uint64_t)((int64_t)imaginary * imaginary));
}

void harmonicsPhasor(uint32_t channel, int32_t *real, int32_t *imaginary) {
    *real = phasors[channel][0];
    *imaginary = phasors[channel][1];
}

#if APP_VERSION >= 110
/* CORDIC in vectoring mode: atan(2^-i) in 0.001 degree. */
int32_t angleOf(int32_t y, int32_t x) {
    static const FLASH_TABLE uint16_t steps[14] = {45000, 26565, 14036, 7125, 3576, 1790, 895,
                                       448,   224,   112,   56,   28,   14,   7};
    int32_t angle = 0;
    if (x < 0) {
        angle = y < 0 ? -180000 : 180000;
        x = -x;
        y = -y;
    }
    for (uint32_t i = 0; i < 14; i++) {
        int32_t dx = x >> i;
        int32_t dy = y >> i;
        if (y >= 0) {
            x += dy;
            y -= dx;
            angle += steps[i];
        } else {
            x -= dy;
            y += dx;
            angle -= steps[i];
        }
    }
    angle = (angle + (angle < 0 ? -50 : 50)) / 100;
    return angle >= 1800 ? angle - 3600 : angle < -1800 ? angle + 3600 : angle;
}

static int32_t relativeAngle(uint32_t channel) {
    const int32_t *p = phasors[channel];
    const int32_t *r = phasors[0];
    int32_t angle = angleOf(p[0], p[1]) - angleOf(r[0], r[1]);
    return angle >= 1800 ? angle - 3600 : angle < -1800 ? angle + 3600 : angle;
}
#endif

void harmonicsNext(void) {
    uint32_t channel = nextChannel;
    Spectrum *to = &spectra[channel];
    nextChannel = (uint8_t)((channel + 1u) % CHANNELS);
    int32_t real, imaginary;
    bin(centred[channel], 1, &real, &imaginary);
    phasors[channel][0] = real;
    phasors[channel][1] = imaginary;
    uint32_t fundamental = magnitude(real, imaginary);
    to->share[0] = 1000;
    uint64_t squares = 0;
    uint64_t oddSquares = 0;
#if APP_VERSION >= 110
    uint64_t weighted = 1000000;
#endif
    for (uint32_t order = 2; order <= HARMONICS_MAX; order++) {
        uint32_t share = 0;
        if (fundamental >= 64) {
            bin(centred[channel], order, &real, &imaginary);
            share = magnitude(real, imaginary) * 1000u / fundamental;
        }
        to->share[order - 1u] = (uint16_t)share;
        squares += share * share;
        if ((order & 1u) != 0) oddSquares += share * share;
#if APP_VERSION >= 110
        weighted += (uint64_t)share * share * order * order;
#endif
    }
    to->distortion = (uint16_t)squareRoot(squares);
    to->oddDistortion = (uint16_t)squareRoot(oddSquares);
#if APP_VERSION >= 110
    to->kFactor = (uint16_t)(weighted * 10u / (1000000u + squares));
    to->angle = (int16_t)relativeAngle(channel);
#endif
}
