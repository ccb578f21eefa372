/* Median of three, then a running mean. */
#include "filter.h"

#include <stdbool.h>

#include "arithmetic.h"

#define SMOOTHING 2

typedef struct {
    int16_t last, beforeLast;
    int16_t mean;
    uint8_t known;
} Filter;

static Filter filters[CHANNELS];
/* A value this far from the median is taken for a slip. */
static const int16_t tolerances[CHANNELS] = {
    [TEMPERATURE] = 1000, [HUMIDITY] = 3000, [LIGHT] = 8000, [SOLAR] = 3000, [SUPPLY] = 400,
};

static int16_t median(int16_t a, int16_t b, int16_t c) {
    if (a > b) {
        int16_t swap = a;
        a = b;
        b = swap;
    }
    if (c < a) return a;
    return c > b ? b : c;
}

static bool isWild(const Filter *filter, int16_t value, int16_t tolerance) {
    if (filter->known < 2) return false;
    int16_t middle = median(filter->beforeLast, filter->last, value);
    return magnitude(value / 2 - middle / 2) > tolerance / 2;
}

static void rememberValue(Filter *filter, int16_t value) {
    filter->beforeLast = filter->last;
    filter->last = value;
    if (filter->known == 0) filter->mean = value;
    else filter->mean += (int16_t)((value - filter->mean) >> SMOOTHING);
    if (filter->known < 2) filter->known++;
}

/* The value itself is remembered: when it stays, it is no slip the next time. */
static bool filterValue(Filter *filter, int16_t *value, int16_t tolerance) {
    bool wild = isWild(filter, *value, tolerance);
    int16_t middle = median(filter->beforeLast, filter->last, *value);
    rememberValue(filter, *value);
    if (wild) *value = middle;
    return wild;
}

void filterSample(Sample *sample) {
    for (uint8_t i = 0; i < CHANNELS; i++) {
        if (filterValue(&filters[i], &sample->values[i], tolerances[i])) sample->flags |= FLAG_OUTLIER;
    }
}

int16_t smoothed(Channel channel) { return filters[channel].mean; }
