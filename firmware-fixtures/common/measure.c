/* RMS, power and frequency from one burst of 80 samples; the first 64 are a 50 Hz period.
   Reactive power uses the current a quarter period later. Left out: correction for a frequency off 50 Hz. */
#include "measure.h"

#include "parameters.h"

#define QUARTER (PERIOD_SAMPLES / 4u)
#define STEP_FRACTION 16 /* centred samples are in sixteenths of a step */
#define DEAD_VOLTS 50    /* below 5 V there is no voltage to measure a frequency on */

Readings readings;
int16_t centred[CHANNELS][BURST_SAMPLES];

int32_t absolute(int32_t value) { return value < 0 ? -value : value; }

/* Nearly every root of a second fits in 32 bits, where a step is a fifth of the work. */
static uint32_t squareRoot32(uint32_t value) {
    uint32_t root = 0;
    uint32_t bit = (uint32_t)1 << 30;
    while (bit > value) bit >>= 2;
    for (; bit != 0; bit >>= 2) {
        if (value >= root + bit) {
            value -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return root;
}

uint32_t squareRoot(uint64_t value) {
    if (value >> 32 == 0) return squareRoot32((uint32_t)value);
    uint64_t root = 0;
    uint64_t bit = 1ull << 46;
    while (bit > value) bit >>= 2;
    for (; bit != 0; bit >>= 2) {
        if (value >= root + bit) {
            value -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return (uint32_t)root;
}

int32_t scaled(int64_t a, int32_t b, int32_t c) {
    int64_t product = a * b;
    if (product == (int32_t)product) return (int32_t)product / c;
    return (int32_t)(product / c);
}

static void centre(uint32_t channel) {
    int32_t sum = 0;
    for (uint32_t i = 0; i < PERIOD_SAMPLES; i++) sum += samples[channel][i];
    int32_t mean = sum / (int32_t)(PERIOD_SAMPLES / STEP_FRACTION);
    for (uint32_t i = 0; i < BURST_SAMPLES; i++) {
        centred[channel][i] = (int16_t)(samples[channel][i] * STEP_FRACTION - mean);
    }
}

static uint32_t rms(const int16_t *wave, int32_t *peak) {
    uint64_t sum = 0;
    int32_t highest = 0;
    for (uint32_t i = 0; i < PERIOD_SAMPLES; i++) {
        int32_t value = wave[i];
        sum += (uint32_t)(value * value);
        if (absolute(value) > highest) highest = absolute(value);
    }
    *peak = highest;
    return squareRoot(sum / PERIOD_SAMPLES);
}

static int64_t product(const int16_t *u, const int16_t *i, uint32_t shift) {
    int64_t sum = 0;
    for (uint32_t k = 0; k < PERIOD_SAMPLES; k++) {
        sum += (int32_t)u[k] * i[(k + shift) & (PERIOD_SAMPLES - 1u)];
    }
    return sum / (int32_t)PERIOD_SAMPLES;
}

static int32_t factorOf(int32_t active, int32_t apparent) {
    if (apparent == 0) return 0;
    int32_t factor = scaled(active, 1000, apparent);
    return factor > 1000 ? 1000 : factor < -1000 ? -1000 : factor;
}

static void measurePhase(uint32_t phase, PhaseReading *to) {
    const int16_t *u = centred[phase];
    const int16_t *i = centred[PHASES + phase];
    int32_t vGain = parameter(PARAM_V_GAIN) * parameter(PARAM_PT_RATIO);
    int32_t iGain = parameter(PARAM_I_GAIN) * parameter(PARAM_CT_RATIO);
    int32_t vPeak, iPeak;
    uint32_t vRms = rms(u, &vPeak);
    uint32_t iRms = rms(i, &iPeak);
    to->volts = scaled(vRms, vGain, STEP_FRACTION * 100);
    to->peakVolts = scaled(vPeak, vGain, STEP_FRACTION * 100);
    to->milliamps = scaled(iRms, iGain, STEP_FRACTION);
    to->crest = iRms == 0 ? 0 : (int32_t)((uint32_t)iPeak * 100u / iRms);
    /* One step of each is vGain mV times iGain mA, in microwatts; 100000 of them are 0.1 W. */
    int64_t unit = (int64_t)vGain * iGain;
    to->active = (int32_t)(product(u, i, 0) * unit / (STEP_FRACTION * STEP_FRACTION * 100000));
    to->reactive = (int32_t)(product(u, i, QUARTER) * unit / (STEP_FRACTION * STEP_FRACTION * 100000));
    to->apparent = scaled(to->volts, to->milliamps, 1000);
    to->factor = factorOf(to->active, to->apparent);
}

/* Place of the first zero crossing from `from` on, in 1/256 of a sample; -1: none.
   `sign` 1: a rising one, -1: a falling one. */
static int32_t crossing(const int16_t *wave, uint32_t from, int32_t sign) {
    for (uint32_t i = from; i + 1u < BURST_SAMPLES; i++) {
        int32_t before = wave[i] * sign;
        int32_t after = wave[i + 1u] * sign;
        if (before < 0 && after >= 0) return (int32_t)(i * 256u) - before * 256 / (after - before);
    }
    return -1;
}

/* A burst is a period and a quarter: of the six crossings of three phases one comes early enough to come
   twice in it. */
static int32_t frequency(void) {
    for (uint32_t i = 0; i < 2u * PHASES; i++) {
        uint32_t phase = i / 2u;
        int32_t sign = (i & 1u) != 0 ? -1 : 1;
        if (readings.phase[phase].volts < DEAD_VOLTS) continue;
        int32_t first = crossing(centred[phase], 0, sign);
        if (first < 0) continue;
        int32_t second = crossing(centred[phase], (uint32_t)(first >> 8) + PERIOD_SAMPLES / 2u, sign);
        if (second < 0) continue;
        return (int32_t)(SAMPLE_HZ * 100u * 256u) / (second - first);
    }
    return 0;
}

/* Largest distance from the mean, in 0.1 % of the mean. */
static int32_t unbalance(int32_t a, int32_t b, int32_t c) {
    int32_t mean = (a + b + c) / 3;
    int32_t most = absolute(a - mean);
    if (absolute(b - mean) > most) most = absolute(b - mean);
    if (absolute(c - mean) > most) most = absolute(c - mean);
    return mean == 0 ? 0 : scaled(most, 1000, mean);
}

static uint8_t phaseSequence(void) {
    uint32_t alive = 0;
    for (uint32_t i = 0; i < PHASES; i++) alive += readings.phase[i].volts >= DEAD_VOLTS;
    if (alive == 0) return 0;
    if (alive < PHASES) return 3;
    int32_t a = crossing(centred[0], 0, 1) >> 8;
    int32_t b = crossing(centred[1], 0, 1) >> 8;
    if (a < 0 || b < 0) return 3;
    uint32_t lag = (uint32_t)(b - a) & (PERIOD_SAMPLES - 1u);
    return lag < PERIOD_SAMPLES / 2u ? 1 : 2;
}

static int32_t neutralCurrent(void) {
    uint64_t sum = 0;
    int32_t gain = parameter(PARAM_I_GAIN) * parameter(PARAM_CT_RATIO);
    for (uint32_t k = 0; k < PERIOD_SAMPLES; k++) {
        int32_t value = (int32_t)centred[3][k] + centred[4][k] + centred[5][k];
        sum += (uint32_t)(value * value);
    }
    return scaled(squareRoot(sum / PERIOD_SAMPLES), gain, STEP_FRACTION);
}

void measureBurst(void) {
    for (uint32_t channel = 0; channel < CHANNELS; channel++) centre(channel);
    readings.active = readings.reactive = readings.apparent = 0;
    for (uint32_t i = 0; i < PHASES; i++) {
        measurePhase(i, &readings.phase[i]);
        readings.active += readings.phase[i].active;
        readings.reactive += readings.phase[i].reactive;
        readings.apparent += readings.phase[i].apparent;
    }
    readings.factor = factorOf(readings.active, readings.apparent);
    readings.hertz = frequency();
    const PhaseReading *p = readings.phase;
    readings.voltUnbalance = unbalance(p[0].volts, p[1].volts, p[2].volts);
    readings.currentUnbalance = unbalance(p[0].milliamps, p[1].milliamps, p[2].milliamps);
    readings.neutral = neutralCurrent();
    readings.sequence = phaseSequence();
    readings.bursts++;
}
