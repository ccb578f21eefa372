/* Day: its number (2), then of temperature, humidity and light lowest, minute of it, highest, minute of it (2 each). */
#include "day.h"

#include <stdbool.h>

#include "forwarding.h"
#include "message-types.h"
#include "packing.h"

#define SECONDS_PER_DAY 86400UL
#define DAY_CHANNELS 3

typedef struct {
    int16_t lowest, highest;
    uint16_t lowestAt, highestAt; /* minutes since midnight */
} Extremes;

static Extremes extremes[DAY_CHANNELS];
static uint16_t day;
static bool isBegun;

static uint16_t dayOf(const Sample *sample) { return (uint16_t)(sample->atS / SECONDS_PER_DAY); }
static uint16_t minuteOf(const Sample *sample) { return (uint16_t)(sample->atS % SECONDS_PER_DAY / 60); }

static void beginDay(const Sample *sample) {
    uint16_t minute = minuteOf(sample);
    for (uint8_t i = 0; i < DAY_CHANNELS; i++) {
        int16_t value = sample->values[i];
        extremes[i] = (Extremes){.lowest = value, .highest = value, .lowestAt = minute, .highestAt = minute};
    }
    day = dayOf(sample);
    isBegun = true;
}

static void widen(Extremes *of, int16_t value, uint16_t minute) {
    if (value < of->lowest) {
        of->lowest = value;
        of->lowestAt = minute;
    }
    if (value > of->highest) {
        of->highest = value;
        of->highestAt = minute;
    }
}

static void writeExtremes(Writer *writer, const Extremes *of) {
    write16(writer, (uint16_t)of->lowest);
    write16(writer, of->lowestAt);
    write16(writer, (uint16_t)of->highest);
    write16(writer, of->highestAt);
}

static void sendDay(void) {
    uint8_t content[MAX_CONTENT_BYTES];
    Writer writer = writerOn(content, sizeof content);
    write16(&writer, day);
    for (uint8_t i = 0; i < DAY_CHANNELS; i++) writeExtremes(&writer, &extremes[i]);
    submitContent(CONTENT_DAY, content, writer.used);
}

void addToDay(const Sample *sample) {
    if (isBegun && dayOf(sample) != day) {
        sendDay();
        isBegun = false;
    }
    if (!isBegun) beginDay(sample);
    uint16_t minute = minuteOf(sample);
    for (uint8_t i = 0; i < DAY_CHANNELS; i++) widen(&extremes[i], sample->values[i], minute);
}
