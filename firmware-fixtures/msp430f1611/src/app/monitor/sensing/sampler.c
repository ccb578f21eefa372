/* SHT11 on, temperature, humidity, off; then everything that the ADC measures. */
#include "sampler.h"

#include <stdbool.h>

#include "adc.h"
#include "calibration.h"
#include "chip-temperature.h"
#include "clock.h"
#include "filter.h"
#include "light.h"
#include "network-time.h"
#include "reporting.h"
#include "settings.h"
#include "sht11.h"
#include "status-leds.h"
#include "supply.h"
#include "timers.h"
#ifdef HAS_BATTERY
#include "sleep.h"
#endif

#define SHT11_START_MS 12
#define POLL_MS 20
#define MAX_POLLS 20

typedef enum { ASLEEP, STARTING, MEASURING_TEMPERATURE, MEASURING_HUMIDITY, SETTLING } Phase;

static void periodFired(void);
static void stepFired(void);
static Timer periodTimer = {.fired = periodFired};
static Timer stepTimer = {.fired = stepFired};
static Phase phase;
static uint8_t polls;
static Sample sample;
uint16_t samplesTaken;

const Sample *lastSample(void) { return &sample; }

static uint16_t periodSeconds(void) {
#ifdef HAS_BATTERY
    return stretchedSeconds(setting(SAMPLE_SECONDS));
#else
    return setting(SAMPLE_SECONDS);
#endif
}

static void scheduleSample(void) { startOneShot(&periodTimer, (uint32_t)periodSeconds() * MS_PER_SECOND); }

static void enter(Phase next, uint16_t delayMs) {
    phase = next;
    polls = 0;
    startOneShot(&stepTimer, delayMs);
}

static void beginSample(void) {
    sample.flags = 0;
    sample.atS = networkSeconds();
    showSampling();
    sht11On();
    enter(STARTING, SHT11_START_MS);
}

static void beginAnalog(void) {
    sht11Off();
    adcOn();
    enter(SETTLING, ADC_SETTLE_MS);
}

static void withoutSht11(void) {
    sample.flags |= FLAG_NO_SHT11 | FLAG_NO_HUMIDITY;
    sample.values[HUMIDITY] = 0;
    beginAnalog();
}

static void beginTemperature(void) {
    if (sht11Begin(SHT11_TEMPERATURE)) enter(MEASURING_TEMPERATURE, POLL_MS);
    else withoutSht11();
}

static void withoutHumidity(void) {
    sample.flags |= FLAG_NO_HUMIDITY;
    sample.values[HUMIDITY] = 0;
    beginAnalog();
}

static void endTemperature(void) {
    uint16_t code;
    if (!sht11Read(&code)) {
        withoutSht11();
        return;
    }
    sample.values[TEMPERATURE] = sht11Degrees(code);
    if (sht11Begin(SHT11_HUMIDITY)) enter(MEASURING_HUMIDITY, POLL_MS);
    else withoutHumidity();
}

static void endHumidity(void) {
    uint16_t code;
    if (sht11Read(&code)) {
        sample.values[HUMIDITY] = sht11Percent(code, sample.values[TEMPERATURE]);
        beginAnalog();
    } else {
        withoutHumidity();
    }
}

/* `end` when the part is ready, `without` when it has had time enough. */
static void poll(void (*end)(void), void (*without)(void)) {
    if (sht11IsReady()) end();
    else if (++polls >= MAX_POLLS) without();
    else startOneShot(&stepTimer, POLL_MS);
}

static void noteLight(Channel channel, int16_t lux) {
    bool isGood = lux != LIGHT_FAILED;
    sample.values[channel] = isGood ? lux : 0;
    if (!isGood) sample.flags |= FLAG_ADC_FAILED;
}

static void measureAnalog(void) {
    int16_t degrees;
    noteLight(LIGHT, measureLight());
    noteLight(SOLAR, measureSolar());
    sample.values[SUPPLY] = (int16_t)measureSupply();
    if ((sample.flags & FLAG_NO_SHT11) == 0) return;
    if (measureChipTemperature(&degrees)) sample.values[TEMPERATURE] = degrees;
    else sample.flags |= FLAG_ADC_FAILED;
}

static void endSample(void) {
    measureAnalog();
    adcOff();
    phase = ASLEEP;
    samplesTaken++;
    calibrateSample(&sample);
    filterSample(&sample);
    showSampled();
    reportSample(&sample);
}

static void stepFired(void) {
    switch (phase) {
        case STARTING:
            beginTemperature();
            break;
        case MEASURING_TEMPERATURE:
            poll(endTemperature, withoutSht11);
            break;
        case MEASURING_HUMIDITY:
            poll(endHumidity, withoutHumidity);
            break;
        case SETTLING:
            endSample();
            break;
        case ASLEEP:
            break;
    }
}

static void periodFired(void) {
    scheduleSample();
    if (phase == ASLEEP) beginSample();
}

void startSampler(void) { scheduleSample(); }
