/* History: time (4), means (1), mV of each, newest first (2 each). */
#include "voltage-history.h"

#include "forwarding.h"
#include "message-types.h"
#include "network-time.h"
#include "packing.h"

#define MEANS 8
#define VALUES_PER_MEAN 6
#define MEANS_PER_REPORT 4

static uint16_t means[MEANS];
static uint8_t nextMean;
static uint8_t knownMeans;
static uint32_t sum;
static uint8_t values;

static uint16_t meanBack(uint8_t back) { return means[(nextMean + MEANS - 1 - back) % MEANS]; }

static void sendHistory(void) {
    uint8_t content[MAX_CONTENT_BYTES];
    Writer writer = writerOn(content, sizeof content);
    write32(&writer, networkSeconds());
    write8(&writer, knownMeans);
    for (uint8_t back = 0; back < knownMeans; back++) write16(&writer, meanBack(back));
    submitContent(CONTENT_HISTORY, content, writer.used);
}

static void keepMean(uint16_t mean) {
    means[nextMean] = mean;
    nextMean = (nextMean + 1) % MEANS;
    if (knownMeans < MEANS) knownMeans++;
    if (nextMean % MEANS_PER_REPORT == 0) sendHistory();
}

void addToHistory(uint16_t millivolts) {
    sum += millivolts;
    if (++values < VALUES_PER_MEAN) return;
    keepMean((uint16_t)(sum / VALUES_PER_MEAN));
    sum = 0;
    values = 0;
}
