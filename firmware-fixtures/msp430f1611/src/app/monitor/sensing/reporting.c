/* Sample: time (4), flags (1), values (2 each). Summary: time (4), first channel (1), count (2), then of three
   channels lowest, highest, mean, deviation (2 each). */
#include "reporting.h"

#include "alarm.h"
#include "day.h"
#include "forwarding.h"
#include "message-types.h"
#include "network-time.h"
#include "settings.h"
#include "statistics.h"
#ifdef HAS_BUFFER
#include "sample-buffer.h"
#endif

#define CHANNELS_PER_SUMMARY 3

uint16_t samplesLost;

void writeSample(Writer *writer, const Sample *sample) {
    write32(writer, sample->atS);
    write8(writer, sample->flags);
    for (uint8_t i = 0; i < CHANNELS; i++) write16(writer, (uint16_t)sample->values[i]);
}

#ifndef HAS_BUFFER
static void sendSample(const Sample *sample) {
    uint8_t content[MAX_CONTENT_BYTES];
    Writer writer = writerOn(content, sizeof content);
    writeSample(&writer, sample);
    if (!hasRoute() || !submitContent(CONTENT_SAMPLE, content, writer.used)) samplesLost++;
}
#endif

static void writeStatistics(Writer *writer, const Statistics *of) {
    write16(writer, (uint16_t)of->lowest);
    write16(writer, (uint16_t)of->highest);
    write16(writer, (uint16_t)meanOf(of));
    write16(writer, deviationOf(of));
}

static void sendSummary(uint8_t firstChannel) {
    uint8_t content[MAX_CONTENT_BYTES];
    Writer writer = writerOn(content, sizeof content);
    write32(&writer, networkSeconds());
    write8(&writer, firstChannel);
    write16(&writer, samplesInStatistics());
    for (uint8_t i = firstChannel; i < CHANNELS && i < firstChannel + CHANNELS_PER_SUMMARY; i++) {
        writeStatistics(&writer, statisticsOf(i));
    }
    submitContent(CONTENT_SUMMARY, content, writer.used);
}

static void sendSummaries(void) {
    for (uint8_t i = 0; i < CHANNELS; i += CHANNELS_PER_SUMMARY) sendSummary(i);
    restartStatistics();
}

void reportSample(const Sample *sample) {
#ifdef HAS_BUFFER
    bufferSample(sample);
#else
    sendSample(sample);
#endif
    checkAlarms(sample);
    addToStatistics(sample);
    addToDay(sample);
    if (samplesInStatistics() >= setting(SAMPLES_PER_SUMMARY)) sendSummaries();
}
