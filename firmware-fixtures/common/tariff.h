/* Which tariff holds now: season, kind of day, switching times. Tariffs: 1 sharp, 2 peak, 3 flat, 4 valley. */
#ifndef TARIFF_H
#define TARIFF_H

#include <stdint.h>

#include "clocktime.h"
#include "target.h"

#define TARIFFS 4u
#define SEASONS 3u
#define DAY_KINDS 3u
#define SWITCHES 8u

typedef struct {
    uint16_t minute; /* of the day */
    uint8_t tariff;  /* 1.. */
} SwitchTime;

extern const char *const tariffNames[TARIFFS];
extern const char *const dayKindNames[DAY_KINDS];

/* 0 working day, 1 weekend, 2 holiday. */
uint32_t tariffDayKind(const ClockTime *time);
uint32_t tariffSeason(const ClockTime *time);
/* 1.. */
uint32_t tariffAt(const ClockTime *time);
/* Table of a season and kind of day; returns the number of entries. */
uint32_t tariffTable(uint32_t season, uint32_t kind, const FLASH_TABLE SwitchTime **table);

#endif
