/* Power quality: symmetrical components and a table of sags by depth and duration. From 1.20 on. */
#ifndef QUALITY_H
#define QUALITY_H

#if APP_VERSION >= 120
#include <stdint.h>

#define DEPTHS 4u
#define DURATIONS 5u

typedef struct {
    int32_t positive, negative, zero; /* 0.1 V */
    uint32_t negativeShare, zeroShare; /* of the positive sequence, 0.1 % */
    uint16_t sags[DEPTHS][DURATIONS];
    uint16_t swells[DURATIONS];
    uint32_t flickerIndex; /* mean step between seconds, 0.01 % of nominal */
} Quality;

extern Quality quality;

void qualitySecond(void);
void qualityClear(void);
const char *qualityDepth(uint32_t depth);
const char *qualityDuration(uint32_t duration);
#endif

#endif
