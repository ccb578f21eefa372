#include "alarm.h"

#include <stdbool.h>

#include "arithmetic.h"
#include "filter.h"
#include "forwarding.h"
#include "message-types.h"
#include "packing.h"
#include "settings.h"

#define ALARM_BYTES 11

typedef struct {
    int16_t said;
    bool isKnown;
} Watch;

static Watch watches[CHANNELS];
uint16_t alarmsRaised;

/* 0: no alarms for this channel. */
static uint16_t stepOf(Channel channel) {
    switch (channel) {
        case TEMPERATURE:
            return setting(TEMPERATURE_STEP);
        case LIGHT:
            return setting(LIGHT_STEP);
        default:
            return 0;
    }
}

static bool raise(const Sample *sample, Channel channel, int16_t before) {
    uint8_t content[ALARM_BYTES];
    Writer writer = writerOn(content, sizeof content);
    write32(&writer, sample->atS);
    write8(&writer, channel);
    write16(&writer, (uint16_t)before);
    write16(&writer, (uint16_t)sample->values[channel]);
    write16(&writer, (uint16_t)smoothed(channel));
    return submitContent(CONTENT_ALARM, content, writer.used);
}

static bool hasStepped(const Watch *watch, int16_t value, uint16_t step) {
    uint16_t difference = (uint16_t)magnitude(limit16((int32_t)value - watch->said));
    return step != 0 && watch->isKnown && difference > step;
}

static void checkChannel(const Sample *sample, Channel channel) {
    Watch *watch = &watches[channel];
    int16_t value = sample->values[channel];
    if (hasStepped(watch, value, stepOf(channel))) {
        if (!raise(sample, channel, watch->said)) return;
        alarmsRaised++;
        watch->said = value;
    }
    if (!watch->isKnown) watch->said = value;
    watch->isKnown = true;
}

void checkAlarms(const Sample *sample) {
    for (uint8_t i = 0; i < CHANNELS; i++) checkChannel(sample, i);
}
