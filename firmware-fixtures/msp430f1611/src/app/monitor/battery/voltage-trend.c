/* Least squares over POINTS measurements at equal distances, their places counted from the middle in halves. */
#include "voltage-trend.h"

#include <stdbool.h>

#define POINTS 8
/* Sum of the squares of -7, -5, ... 7. */
#define SUM_OF_SQUARES 168
#define SECONDS_PER_HOUR 3600L

static uint16_t points[POINTS];
static uint8_t nextPoint;
static uint8_t known;
static uint16_t distanceS;

static uint16_t pointBack(uint8_t back) { return points[(nextPoint + POINTS - 1 - back) % POINTS]; }
static bool isKnown(void) { return known == POINTS; }

/* Measurements at other distances make no line with those before. */
static void beginAt(uint16_t seconds) {
    distanceS = seconds;
    known = 0;
}

void addToTrend(uint16_t millivolts, uint16_t seconds) {
    if (seconds != distanceS) beginAt(seconds);
    points[nextPoint] = millivolts;
    nextPoint = (nextPoint + 1) % POINTS;
    if (known < POINTS) known++;
}

/* Twice the slope a distance, times SUM_OF_SQUARES / 2: falling is positive. */
static int32_t weightedFall(void) {
    int32_t sum = 0;
    for (uint8_t back = 0; back < POINTS; back++) {
        int16_t place = 2 * (int16_t)back - (POINTS - 1);
        sum += (int32_t)place * (int16_t)pointBack(back);
    }
    return sum;
}

uint16_t lostPerHour(void) {
    if (!isKnown()) return 0;
    int32_t fall = weightedFall();
    if (fall <= 0) return 0;
    uint32_t lost = (uint32_t)fall * 2 * (SECONDS_PER_HOUR / 10) / SUM_OF_SQUARES * 10 / distanceS;
    return lost > UINT16_MAX ? UINT16_MAX : (uint16_t)lost;
}
