/* Parts of the application on the host: CRC, XTEA, frame reader, calendar, text, roots, power, harmonics.
   Source of the expected values: published vectors, the proleptic calendar, and arithmetic in double. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "battery.h"
#include "clocktime.h"
#include "crc.h"
#include "flash.h"
#include "frame.h"
#include "harmonics.h"
#include "measure.h"
#include "parameters.h"
#include "support.h"
#include "tariff.h"
#include "text.h"
#include "xtea.h"

static int failures, checks;
#define CHECK(condition, ...)                              \
    do {                                                   \
        checks++;                                          \
        if (!(condition) && failures++ < 20) {             \
            printf("FAIL line %d: " #condition, __LINE__); \
            printf(" " __VA_ARGS__);                       \
            printf("\n");                                  \
        }                                                  \
    } while (0)

/* The chip's side is not there. */
int16_t samples[CHANNELS][BURST_SAMPLES];
int batteryLoad(BlockName block, void *to, uint32_t bytes) { return (void)block, (void)to, (void)bytes, 0; }
void batteryStore(BlockName block, const void *from, uint32_t bytes) { (void)block, (void)from, (void)bytes; }

static void crcAndCipher(void) {
    static uint8_t text[12] __attribute__((aligned(4))) = "x123456789";
    CHECK(~crc32Bytes(CRC32_START, text + 1, 9) == 0xCBF43926u);
    memmove(text, text + 1, 9);
    CHECK(~crc32Bytes(CRC32_START, text, 9) == 0xCBF43926u);
    /* Key 00010203.. and block 41424344 45464748 give 497DF3D0 72612CB5, as big-endian words. */
    uint8_t key[16], block[8], out[8];
    for (uint32_t i = 0; i < 16; i++) key[i ^ 3u] = (uint8_t)i;
    for (uint32_t i = 0; i < 8; i++) block[i ^ 3u] = (uint8_t)(0x41 + i);
    xteaEncrypt(key, block, out);
    CHECK(get32(out) == 0x497DF3D0u && get32(out + 4) == 0x72612CB5u);
}

/* An erased record and a burnt one, with any one bit turned by a stale check byte, must not be valid. */
static void blankRecordsAreInvalid(void) {
    for (int fill = 0; fill < 2; fill++) {
        for (int bit = -1; bit < 128; bit++) {
            uint32_t line[4];
            memset(line, fill ? 0xFF : 0, sizeof line);
            if (bit >= 0) line[bit / 32] ^= 1u << (bit % 32);
            CHECK(~crc32Words(CRC32_START, line, 3) != line[3], "fill %d bit %d", fill, bit);
        }
    }
}

static uint32_t makeFrame(uint8_t *out, uint32_t user) {
    for (uint32_t i = 0; i < user; i++) out[6 + i] = (uint8_t)rand();
    return frameWrap(out, user);
}

static void framesAreFound(void) {
    static FrameReader reader;
    static uint8_t stream[4096];
    srand(1);
    for (int round = 0; round < 3000; round++) {
        uint32_t length = 0, sent = 0, found = 0;
        uint8_t lastSum = 0;
        for (int part = 0; part < 3; part++) {
            uint32_t garbage = (uint32_t)rand() % 20u;
            for (uint32_t i = 0; i < garbage; i++) stream[length++] = rand() % 4 ? (uint8_t)rand() : 0x68;
            uint32_t whole = makeFrame(stream + length, 12u + (uint32_t)rand() % 300u);
            if (rand() % 4 == 0) whole = whole * (uint32_t)(rand() % 100) / 100u;
            else {
                sent++;
                lastSum = stream[length + whole - 2u];
            }
            length += whole;
        }
        frameReset(&reader);
        uint8_t sum = 0;
        for (uint32_t at = 0; at < length;) {
            uint32_t chunk = 1u + (uint32_t)rand() % 40u;
            if (chunk > length - at) chunk = length - at;
            frameFeed(&reader, stream + at, chunk, 0);
            at += chunk;
            Frame frame;
            while (reader.count != 0 && frameNext(&reader, &frame)) {
                found++;
                sum = frameSum(frame.user, frame.count);
                frameDone(&reader, &frame);
            }
        }
        /* What is left waits for bytes that never come: time brings the frames behind it to light. */
        while (reader.count != 0) {
            Frame frame;
            if (frameNext(&reader, &frame)) {
                found++;
                sum = frameSum(frame.user, frame.count);
                frameDone(&reader, &frame);
            } else {
                frameExpire(&reader, 100, 20);
            }
        }
        CHECK(found == sent, "round %d: %u of %u", round, found, sent);
        CHECK(sent == 0 || sum == lastSum);
    }
}

static void everyDayOfTheCentury(void) {
    ClockTime at;
    for (uint32_t day = 0; day < 36525u; day++) {
        time_t when = 946684800 + (time_t)day * 86400 + 3661;
        struct tm expected;
        gmtime_r(&when, &expected);
        clockFromMinutes(day * 1440u + 61u, &at);
        CHECK(at.year == expected.tm_year + 1900 && at.month == expected.tm_mon + 1 &&
              at.day == expected.tm_mday && at.hour == 1 && at.minute == 1);
        CHECK(at.weekday % 7 == expected.tm_wday);
        CHECK(clockMinutes(&at) == day * 1440u + 61u);
        uint32_t tariff = tariffAt(&at);
        CHECK(tariff >= 1 && tariff <= TARIFFS);
    }
}

static void textIs(const char *expected, int32_t value, uint32_t decimals, uint32_t width) {
    Text text;
    textStart(&text);
    textFixed(&text, value, decimals, width);
    CHECK(text.count == strlen(expected) && memcmp(text.chars, expected, text.count) == 0, "%s", expected);
}

static void numbersAsText(void) {
    int32_t value = 7;
    textIs("0", 0, 0, 0);
    textIs("-12.345", -12345, 3, 0);
    textIs("  0.05", 5, 2, 6);
    textIs("-2147483648", -2147483647 - 1, 0, 0);
    CHECK(textParse("-120", &value) && value == -120);
    CHECK(!textParse("12x", &value) && !textParse("", &value) && !textParse("-", &value) && value == -120);
}

static void rootsAreExact(void) {
    srand(2);
    for (uint64_t i = 0; i < 200000; i++) {
        uint64_t value = i < 70000 ? i : ((uint64_t)(uint32_t)rand() << 16) ^ (uint32_t)rand();
        uint64_t root = squareRoot(value);
        CHECK(root * root <= value && (root + 1) * (root + 1) > value, "%llu", (unsigned long long)value);
    }
}

/* 220 V, 5 A, 30 degrees behind, with a fifth harmonic of 10 % in the current. */
static void readingsOfKnownWaves(void) {
    const double volts = 220, amps = 5, lag = 3.14159265358979 / 6, turn = 2 * 3.14159265358979;
    parametersReset();
    for (uint32_t k = 0; k < BURST_SAMPLES; k++) {
        for (uint32_t phase = 0; phase < PHASES; phase++) {
            double angle = turn * (k / 64.0 - phase / 3.0);
            double u = volts * sqrt(2) / 0.836 * sin(angle);
            double i = amps * sqrt(2) / 0.023 * (sin(angle - lag) + 0.1 * sin(5 * (angle - lag)));
            samples[phase][k] = (int16_t)lround(512 + u);
            samples[PHASES + phase][k] = (int16_t)lround(512 + i);
        }
    }
    measureBurst();
    for (uint32_t i = 0; i < CHANNELS; i++) harmonicsNext();
    double active = volts * amps * cos(lag) * 10, reactive = volts * amps * sin(lag) * 10;
    for (uint32_t phase = 0; phase < PHASES; phase++) {
        const PhaseReading *p = &readings.phase[phase];
        CHECK(abs(p->volts - 2200) <= 6, "%d", (int)p->volts);
        CHECK(abs(p->milliamps - (int)(5000 * sqrt(1.01))) <= 15, "%d", (int)p->milliamps);
        CHECK(fabs(p->active - active) < active / 200, "%d", (int)p->active);
        CHECK(fabs(p->reactive - reactive) < reactive / 100, "%d", (int)p->reactive);
        CHECK(abs(spectra[PHASES + phase].share[4] - 100) <= 3, "%d", spectra[PHASES + phase].share[4]);
        CHECK(abs(spectra[PHASES + phase].distortion - 100) <= 6);
    }
    CHECK(abs(readings.hertz - 5000) <= 2, "%d", (int)readings.hertz);
    CHECK(readings.sequence == 1);
#if APP_VERSION >= 110
    CHECK(abs(spectra[1].angle + 1200) <= 5, "%d", spectra[1].angle);
    CHECK(abs(spectra[3].angle + 300) <= 5, "%d", spectra[3].angle);
    for (int degree = -180; degree < 180; degree++) {
        double a = degree * turn / 360;
        int32_t angle = angleOf((int32_t)(30000 * sin(a)), (int32_t)(30000 * cos(a)));
        int32_t off = abs(angle - degree * 10);
        CHECK(off <= 3 || off >= 3597, "%d: %d", degree, (int)angle);
    }
#endif
}

int main(void) {
    crcAndCipher();
    blankRecordsAreInvalid();
    framesAreFound();
    everyDayOfTheCentury();
    numbersAsText();
    rootsAreExact();
    readingsOfKnownWaves();
    printf("version %d: %d checks, %d failures\n", APP_VERSION, checks, failures);
    return failures == 0 ? 0 : 1;
}
