/* Symmetrical components from the fundamental phasors; sags classed as in EN 50160, table of residual voltage
   and duration, as far as a burst a second can tell. Left out: Pst, which needs every half period. */
#include "quality.h"

#if APP_VERSION >= 120
#include "harmonics.h"
#include "measure.h"
#include "parameters.h"
#include "support.h"
#include "target.h"

#define HALF_ROOT3 14189 /* sqrt(3)/2 in Q14 */

Quality quality;
static int32_t lastVolts[PHASES];
static uint16_t sagSeconds[PHASES], swellSeconds[PHASES];
static int32_t deepest[PHASES];

static const FLASH_TABLE uint8_t depthPercent[DEPTHS] = {80, 70, 40, 5};
static const FLASH_TABLE uint16_t durationSeconds[DURATIONS] = {1, 5, 20, 60, 65535};

const char *qualityDepth(uint32_t depth) {
    static const char *const names[DEPTHS] = {"90..80 %", "80..70 %", "70..40 %", "40..5 %"};
    return names[depth];
}
const char *qualityDuration(uint32_t duration) {
    static const char *const names[DURATIONS] = {"<=1 s", "<=5 s", "<=20 s", "<=60 s", ">60 s"};
    return names[duration];
}

typedef struct {
    int32_t re, im;
} Phasor;

/* Multiply by a = -1/2 + j sqrt(3)/2, or by its square. */
static Phasor turned(Phasor p, int backwards) {
    int32_t half = HALF_ROOT3;
    if (backwards) half = -half;
    Phasor result = {-p.re / 2 - (int32_t)((int64_t)p.im * half >> 14),
                     -p.im / 2 + (int32_t)((int64_t)p.re * half >> 14)};
    return result;
}

static int32_t size(Phasor a, Phasor b, Phasor c) {
    int64_t re = (a.re + b.re + c.re) / 3;
    int64_t im = (a.im + b.im + c.im) / 3;
    return (int32_t)squareRoot((uint64_t)(re * re + im * im));
}

static void components(void) {
    Phasor p[PHASES];
    for (uint32_t i = 0; i < PHASES; i++) harmonicsPhasor(i, &p[i].im, &p[i].re);
    int32_t zero = size(p[0], p[1], p[2]);
    /* The phasors turn against the time axis of the samples: phase B lags by a third of a period. */
    int32_t positive = size(p[0], turned(p[1], 0), turned(p[2], 1));
    int32_t negative = size(p[0], turned(p[1], 1), turned(p[2], 0));
    if (readings.sequence == 2) {
        int32_t swap = positive;
        positive = negative;
        negative = swap;
    }
    /* Peak in 256ths of sixteenths of a step (the DFT keeps 6 bits) to RMS volts. */
    int32_t gain = parameter(PARAM_V_GAIN) * parameter(PARAM_PT_RATIO);
    quality.positive = scaled((int64_t)positive * 707 / 1000, gain, 64 * 16 * 100);
    quality.negative = scaled((int64_t)negative * 707 / 1000, gain, 64 * 16 * 100);
    quality.zero = scaled((int64_t)zero * 707 / 1000, gain, 64 * 16 * 100);
    quality.negativeShare = positive == 0 ? 0 : (uint32_t)scaled(negative, 1000, positive);
    quality.zeroShare = positive == 0 ? 0 : (uint32_t)scaled(zero, 1000, positive);
}

static uint32_t durationClass(uint32_t seconds) {
    uint32_t i = 0;
    while (i + 1u < DURATIONS && seconds > durationSeconds[i]) i++;
    return i;
}

static void classSag(uint32_t phase) {
    int32_t percent = scaled(deepest[phase], 100, parameter(PARAM_V_NOMINAL));
    uint32_t depth = 0;
    while (depth + 1u < DEPTHS && percent < depthPercent[depth]) depth++;
    uint16_t *cell = &quality.sags[depth][durationClass(sagSeconds[phase])];
    if (*cell != 0xFFFFu) (*cell)++;
}

static void followPhase(uint32_t phase) {
    int32_t volts = readings.phase[phase].volts;
    int32_t nominal = parameter(PARAM_V_NOMINAL);
    if (volts * 10 < nominal * 9 && volts * 20 > nominal) {
        if (sagSeconds[phase] == 0 || volts < deepest[phase]) deepest[phase] = volts;
        if (sagSeconds[phase] != 0xFFFFu) sagSeconds[phase]++;
    } else if (sagSeconds[phase] != 0) {
        classSag(phase);
        sagSeconds[phase] = 0;
    }
    if (volts * 10 > nominal * 11) {
        if (swellSeconds[phase] != 0xFFFFu) swellSeconds[phase]++;
    } else if (swellSeconds[phase] != 0) {
        quality.swells[durationClass(swellSeconds[phase])]++;
        swellSeconds[phase] = 0;
    }
    int32_t step = lastVolts[phase] == 0 ? 0 : absolute(volts - lastVolts[phase]);
    lastVolts[phase] = volts;
    uint32_t relative = (uint32_t)scaled(step, 10000, nominal);
    quality.flickerIndex = (quality.flickerIndex * 63u + relative) / 64u;
}

void qualitySecond(void) {
    components();
    for (uint32_t phase = 0; phase < PHASES; phase++) followPhase(phase);
}

void qualityClear(void) {
    memset(quality.sags, 0, sizeof quality.sags);
    memset(quality.swells, 0, sizeof quality.swells);
    quality.flickerIndex = 0;
}
#endif
