/* The agent's own C code on a model of the flash, with power cuts at every operation and, nested, at random ones.
   Strict: no cell of the program that is started may be weak. Patches are made here, without the planner.
   Source of the model: the same rules as emulator/flash (torn models), written down a second time on purpose.
   Left out: time, interrupts, the frame layer, SPM itself. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "boot.h"
#include "flash-map.h"
#include "flash.h"
#include "journal.h"
#include "transfer.h"

#define FLASH_BYTES 0x7000u
#define MAX_FILE 0x7000u

enum { CLEAN, RANDOM_BITS, WEAK_BITS, OLD_DATA, MARGINAL, MODELS };
static const char *const modelNames[] = {"clean", "random-bits", "weak-bits", "old-data", "marginal"};
enum { ENDED, POWER_CUT };

static uint8_t cells[FLASH_BYTES], weak[FLASH_BYTES];
static uint32_t erases[224];
static jmp_buf out;

static uint64_t seedState;
static uint32_t next(void) {
    seedState ^= seedState << 13;
    seedState ^= seedState >> 7;
    seedState ^= seedState << 17;
    return (uint32_t)(seedState >> 16);
}
static uint32_t below(uint32_t limit) { return next() % limit; }
static int chance(double p) { return (next() & 0xFFFFFF) < p * 0x1000000; }

uint8_t flashByte(uint16_t at) {
    if (at >= FLASH_BYTES) return (uint8_t)next();
    return weak[at] == 0 ? cells[at] : cells[at] ^ (weak[at] & (uint8_t)next());
}

static long operation, cutOperation = -1;
static int cutModel;
static double cutFraction; /* 0 = before, 1 = after */
static int lastIsErase;
static uint16_t lastPage;

static void tear(uint16_t page, const uint8_t *goal) {
    double f = cutFraction, changed = 0, left = 0;
    switch (cutModel) {
        case RANDOM_BITS: changed = f * f * (3 - 2 * f); break;
        case WEAK_BITS: changed = f * f * (3 - 2 * f); left = 4 * f * (1 - f); break;
        case OLD_DATA: left = f * f / 2; break;
        case MARGINAL: changed = 1; left = (1 - f) / 16; break;
        default: break;
    }
    for (uint32_t i = 0; i < PAGE_BYTES; i++) {
        uint8_t *cell = &cells[page + i], *weakCell = &weak[page + i];
        uint8_t moving = goal == NULL ? (uint8_t)~*cell | *weakCell : (*cell | *weakCell) & (uint8_t)~goal[i];
        for (int bit = 0; bit < 8; bit++) {
            uint8_t mask = (uint8_t)(1 << bit);
            if ((moving & mask) == 0) continue;
            if (chance(changed)) {
                *cell = goal == NULL ? *cell | mask : *cell & ~mask;
                *weakCell &= ~mask;
            }
            if (chance(left)) *weakCell |= mask;
        }
    }
}
static void operate(uint16_t page, const uint8_t *goal) {
    page &= ~(PAGE_BYTES - 1u);
    int cutHere = operation++ == cutOperation;
    lastIsErase = goal == NULL;
    lastPage = page;
    if (cutHere && cutFraction <= 0) longjmp(out, POWER_CUT);
    if (cutHere && cutFraction < 1) {
        if (cutModel != CLEAN) tear(page, goal);
        longjmp(out, POWER_CUT);
    }
    for (uint32_t i = 0; i < PAGE_BYTES; i++) {
        cells[page + i] = goal == NULL ? 0xFF : cells[page + i] & goal[i];
        weak[page + i] &= goal == NULL ? 0 : goal[i];
    }
    if (goal == NULL) erases[page / PAGE_BYTES]++;
    if (cutHere) longjmp(out, POWER_CUT);
}
void flashErase(uint16_t page) { operate(page, NULL); }
void flashProgram(uint16_t page, const uint8_t *bytes) { operate(page, bytes); }

extern uint8_t __start_fwram[], __stop_fwram[];
static void loseRam(void) { memset(__start_fwram, 0, (size_t)(__stop_fwram - __start_fwram)); }

static uint16_t crc16Of(uint16_t crc, const uint8_t *bytes, uint32_t count) {
    while (count-- != 0) {
        crc ^= *bytes++;
        for (int i = 0; i < 8; i++) crc = crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
    }
    return crc;
}
static void put16(uint8_t *at, uint32_t value) { at[0] = (uint8_t)value, at[1] = (uint8_t)(value >> 8); }

typedef struct {
    uint8_t bytes[MAX_FILE];
    uint32_t length;
} Bytes;
static Bytes oldImage, newImage, file;

static void seal(Bytes *image, const char *version) {
    uint8_t *header = image->bytes + HEADER_AT;
    for (uint32_t i = 0; i < 0x20; i += 4) memcpy(image->bytes + i, "\x0C\x94\x60\x01", 4);
    memcpy(header, "ND", 2);
    put16(header + 2, image->length);
    memcpy(header + 10, version, 4);
    uint16_t crc = crc16Of(0xFFFF, image->bytes, HEADER_CRC_AT);
    put16(header + 14, crc16Of(crc, image->bytes + HEADER_CRC_AT + 2, image->length - HEADER_CRC_AT - 2));
}
static void makeOld(uint32_t length) {
    for (uint32_t i = 0; i < length; i++) oldImage.bytes[i] = (uint8_t)next();
    memset(oldImage.bytes + 700, 0xFF, 300);
    oldImage.length = length;
    seal(&oldImage, "1.00");
}

static uint8_t *at;
static void add16(uint32_t value) { put16(at, value), at += 2; }
static void envelopeFor(uint8_t scheme, uint32_t body) {
    uint8_t *e = file.bytes;
    e[0] = 0x44, e[1] = scheme;
    put16(e + 2, oldImage.length);
    put16(e + 4, crc16Of(0xFFFF, oldImage.bytes, oldImage.length));
    put16(e + 6, newImage.length);
    put16(e + 8, crc16Of(0xFFFF, newImage.bytes, newImage.length));
    put16(e + 10, body);
    put16(e + 12 + body, crc16Of(0xFFFF, e, 12 + body));
    file.length = 14 + body;
}

/* Random COPYs in an order that is right in place, random ADDs, then the header. */
static void makeDg(uint8_t scheme, uint32_t length) {
    static uint8_t written[MAX_FILE];
    struct { uint32_t from, to, count; } copies[24], adds[12];
    uint32_t copyCount = 0, addCount = 0;
    uint32_t least = oldImage.length < length ? oldImage.length : length;
    memset(written, 0, sizeof written);
    memcpy(newImage.bytes, oldImage.bytes, oldImage.length);
    if (length > oldImage.length) memset(newImage.bytes + oldImage.length, 0xFF, length - oldImage.length);
    newImage.length = length;
    for (int tries = 0; tries < 24; tries++) {
        uint32_t count = 1 + below(below(3) ? 60 : 700);
        uint32_t from = 0xC0 + below(least - 0xC0 - count), to = 0xC0 + below(length - 0xC0 - count);
        if (!below(3) && from + 300 + count < length) to = from + below(300);
        int good = 1;
        for (uint32_t i = 0; i < count; i++) good &= !written[from + i] && !written[to + i];
        if (!good || from == to) continue;
        memset(written + to, 1, count);
        memmove(newImage.bytes + to, newImage.bytes + from, count);
        copies[copyCount].from = from, copies[copyCount].to = to, copies[copyCount++].count = count;
    }
    for (; addCount < 11; addCount++) {
        uint32_t count = 1 + below(100), to = 0xC0 + below(length - 0xC0 - count);
        if (addCount == 10) {
            /* Behind the old image everything must be said. */
            if (length <= oldImage.length) break;
            to = oldImage.length;
            count = length - to;
        }
        for (uint32_t i = 0; i < count; i++) newImage.bytes[to + i] = (uint8_t)next();
        adds[addCount].to = to, adds[addCount].count = count;
    }
    seal(&newImage, "1.01");
    adds[addCount].to = HEADER_AT, adds[addCount++].count = 16;
    at = file.bytes + 12;
    add16(copyCount), add16(addCount);
    for (uint32_t i = 0; i < copyCount; i++) add16(copies[i].from), add16(copies[i].to), add16(copies[i].count);
    for (uint32_t i = 0; i < addCount; i++) {
        add16(adds[i].to), add16(adds[i].count);
        memcpy(at, newImage.bytes + adds[i].to, adds[i].count);
        at += adds[i].count;
    }
    envelopeFor(scheme, (uint32_t)(at - file.bytes - 12));
}

/* R3diff's commands: COPYs only from where the walk has not been yet. */
static void makeR3(uint8_t scheme, uint32_t length) {
    struct { uint32_t isCopy, from, to, count; } commands[200];
    int isDown = (scheme & 0x40) != 0, used = 0;
    uint32_t made = 0;
    newImage.length = length;
    while (made < length) {
        uint32_t count = 1 + below(below(2) ? 40 : 900);
        uint32_t to = isDown ? length - made - (count > length - made ? length - made : count) : made;
        if (count > length - made) count = length - made;
        int isCopy = below(3) != 0;
        uint32_t from = isDown ? (to == 0 ? 0 : to - below(to < 200 ? to : 200)) : to + below(200);
        if (from + count > oldImage.length) isCopy = 0;
        /* Vectors and header are given. */
        if (to < 0xC0) isCopy = 0;
        if (!isCopy && count > 60) {
            if (isDown) to += count - 60;
            count = 60;
        }
        for (uint32_t i = 0; i < count; i++) newImage.bytes[to + i] = isCopy ? oldImage.bytes[from + i] : (uint8_t)next();
        commands[used].isCopy = isCopy, commands[used].from = from, commands[used].to = to;
        commands[used++].count = count;
        made += count;
    }
    seal(&newImage, "1.02");
    at = file.bytes + 12;
    for (int i = 0; i < used; i++) {
        *at++ = (uint8_t)commands[i].isCopy;
        add16(commands[i].count);
        if (commands[i].isCopy) {
            add16(commands[i].from);
        } else {
            memcpy(at, newImage.bytes + commands[i].to, commands[i].count);
            at += commands[i].count;
        }
    }
    envelopeFor(scheme, (uint32_t)(at - file.bytes - 12));
}

static int runs(const Bytes *image) {
    for (uint32_t i = 0; i < image->length; i++) {
        if (cells[i] != image->bytes[i] || weak[i] != 0) return 0;
    }
    return 1;
}

static uint32_t unitOf(uint32_t segment, uint8_t *unit) {
    uint32_t segments = (file.length + 127) / 128;
    int last = segment == segments - 1;
    uint32_t part = last ? file.length - segment * 128 : 128, sum = 0, crc = 0xFFFFFFFF;
    memset(unit, 0, 11);
    unit[0] = 1, unit[1] = (uint8_t)last;
    put16(unit + 3, segments), put16(unit + 5, segment);
    memcpy(unit + 11, file.bytes + segment * 128, part);
    if (last) {
        for (uint32_t i = 0; i < file.length; i++) {
            sum += file.bytes[i];
            crc ^= file.bytes[i];
            for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        put16(unit + 11 + part, sum), put16(unit + 13 + part, ~crc), put16(unit + 15 + part, ~crc >> 16);
        part += 6;
    }
    put16(unit + 9, part);
    return 11 + part;
}
/* The station sends the file to an agent that has just been entered; 1 = it was taken. */
static int send(void) {
    uint32_t segments = (file.length + 127) / 128;
    uint8_t unit[200];
    for (uint32_t i = 0; i < segments; i++) {
        uint8_t count = (uint8_t)unitOf(i, unit);
        TransferResult result = transferUnit(unit, count);
        if (result != TRANSFER_STORED) return 0;
        /* The same again, as when the reply was lost. */
        if (i == 1 && i + 1 < segments) {
            count = (uint8_t)unitOf(i, unit);
            if (transferUnit(unit, count) != TRANSFER_STORED) return 0;
        }
    }
    if (afterReply == AFTER_APPLY) patchApply();
    return 1;
}

/* One power-up. @returns 2 application runs, 1 agent waits for a host, 0 cut. `sends`: the station is there. */
static int wasTaken;
static int powerUp(int sends) {
    volatile int stage = 1;
    loseRam();
    if (setjmp(out) != ENDED) return 0;
    if (bootDecision()) stage = 2;
    if (sends) {
        if (stage == 2) loseRam(); /* handed over by the application */
        wasTaken = send();
        loseRam();
        stage = bootDecision() ? 2 : 1;
    }
    return stage;
}

static char trail[2000];
static void setCut(long where, int model, double fraction) {
    cutOperation = where, cutModel = model, cutFraction = fraction, operation = 0;
}
static int cutOrRun(int sends) {
    int stage = powerUp(sends);
    if (stage == 0 && strlen(trail) < sizeof trail - 100)
        sprintf(trail + strlen(trail), " cut@%ld+%.1f %s (%s %u)", cutOperation, cutFraction, modelNames[cutModel],
                lastIsErase ? "erase" : "program", lastPage / 128u);
    return stage;
}

static long bad, bricks, needsHost, cuts;
static void fail(const char *name, const char *why, uint64_t seed) {
    if (bad++ < 10) printf("FAIL %s: %s, seed %llu:%s\n", name, why, (unsigned long long)seed, trail);
}

typedef struct {
    const char *name;
    uint8_t scheme; /* 0: full */
} Scheme;
static const Scheme schemes[] = {{"dg-safe", 0x81}, {"r3-safe", 0x82}, {"r3-safe-descending", 0xC2},
                                 {"full", 0},       {"dg", 0x01},      {"r3", 0x02},
                                 {"r3-descending", 0x42}};

static void makeFile(const Scheme *scheme, uint32_t oldLength, uint32_t newLength) {
    makeOld(oldLength);
    if ((scheme->scheme & 15) == 1) makeDg(scheme->scheme, newLength);
    else if ((scheme->scheme & 15) == 2) makeR3(scheme->scheme, newLength);
    else {
        newImage = oldImage;
        newImage.length = newLength;
        for (uint32_t i = 0xC0; i < newLength; i++) newImage.bytes[i] = (uint8_t)next();
        seal(&newImage, "2.00");
        file = newImage;
    }
}
static uint8_t savedCells[FLASH_BYTES], savedWeak[FLASH_BYTES];
static void install(void) { memcpy(cells, savedCells, sizeof cells), memcpy(weak, savedWeak, sizeof weak); }
/* Old image; behind it, now and then, what an earlier life left. */
static void prepare(int isUsed) {
    memset(cells, 0xFF, sizeof cells);
    memset(weak, 0, sizeof weak);
    memcpy(cells, oldImage.bytes, oldImage.length);
    if (isUsed) {
        for (uint32_t i = (oldImage.length + 127) / 128 * 128; i < LOG_PAGE * PAGE_BYTES; i++) cells[i] = (uint8_t)next();
    }
    memcpy(savedCells, cells, sizeof cells), memcpy(savedWeak, weak, sizeof weak);
}

/* What must hold once nothing is cut any more. */
static void judge(const Scheme *scheme, int stage, uint64_t seed) {
    int isSafe = (scheme->scheme & 0x80) != 0;
    if (stage == 2 && !runs(&oldImage) && !runs(&newImage)) {
        if (isSafe || scheme->scheme == 0) fail(scheme->name, "a wrong or weak program is started", seed);
        else bricks++;
    }
    if (stage == 1) {
        needsHost++;
        if (isSafe) fail(scheme->name, "the application is gone", seed);
    }
}
static void oneRun(const Scheme *scheme, uint64_t seed, int nested, long span) {
    static const double fractions[] = {0, 0.1, 0.5, 0.9, 1};
    int stage = cutOrRun(1);
    for (int i = 0; stage == 0; i++) {
        cuts++;
        /* Every other cut falls into the recovery's first operations, where it hurts most. */
        if (i < nested) setCut((long)below(below(2) ? 6 : (uint32_t)span), (int)below(MODELS), fractions[below(5)]);
        else setCut(-1, 0, 0);
        stage = cutOrRun(i < nested && below(3) == 0);
    }
    setCut(-1, 0, 0);
    judge(scheme, stage, seed);
    if ((scheme->scheme & 0x80) == 0 && scheme->scheme != 0) return;
    /* Again and again the same; then the station comes back. */
    for (int i = 0; i < 3; i++) judge(scheme, powerUp(0), seed);
    for (int i = 0; i < 2 && (stage != 2 || !runs(&newImage)); i++) stage = powerUp(1);
    if (!runs(&newImage) || stage != 2) fail(scheme->name, "never updated", seed);
    for (int i = 0; i < 3; i++) judge(scheme, powerUp(0), seed);
}

/* Every bit of a patch flipped, and every shorter patch: refused with the application untouched. */
static void rubbish(const Scheme *scheme) {
    Bytes good;
    memcpy(&good, &file, sizeof good);
    long refused = 0;
    for (uint32_t i = 0; i < good.length * 8 + good.length - 1; i++) {
        memcpy(&file, &good, sizeof file);
        if (i < good.length * 8) file.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        else file.length = i - good.length * 8 + 1;
        install();
        powerUp(1);
        if (wasTaken) fail(scheme->name, "a damaged patch was taken", i);
        else refused++;
        if (memcmp(cells, oldImage.bytes, oldImage.length) != 0) fail(scheme->name, "refused too late", i);
    }
    memcpy(&file, &good, sizeof file);
    printf("%s: %ld damaged patches refused\n", scheme->name, refused);
}

int main(int argc, char **argv) {
    long nested = argc > 1 ? atol(argv[1]) : 3000;
    uint64_t base = argc > 2 ? (uint64_t)atoll(argv[2]) : 1;
    static const double fractions[] = {0, 0.1, 0.5, 0.9, 1};
    for (size_t s = 0; s < sizeof schemes / sizeof schemes[0]; s++) {
        const Scheme *scheme = &schemes[s];
        seedState = base * 0x9E3779B97F4A7C15ull + s + 1;
        for (int i = 0; i < 8; i++) next();
        long runsDone = 0, before = bad;
        bricks = needsHost = cuts = 0;
        long operations = 0;
        for (int pair = 0; pair < 3; pair++) {
            makeFile(scheme, 2500 + 900 * (uint32_t)pair, 2500 + below(3000));
            prepare(pair);
            setCut(-1, 0, 0);
            trail[0] = 0;
            int stage = powerUp(1);
            if (stage != 2 || !runs(&newImage)) {
                fail(scheme->name, "the clean update failed", (uint64_t)pair);
                continue;
            }
            operations = operation;
            if (pair == 0 && scheme->scheme != 0) rubbish(scheme);
            uint64_t seed = 0;
            for (long where = 0; where < operations; where++) {
                for (int model = 0; model < MODELS; model++) {
                    for (int f = 0; f < 5; f++) {
                        if ((f == 0 || f == 4) && model != 0) continue;
                        seedState = ++seed * 0x9E3779B97F4A7C15ull + base;
                        install();
                        trail[0] = 0;
                        setCut(where, model, fractions[f]);
                        oneRun(scheme, seed, 0, operations);
                        runsDone++;
                    }
                }
            }
            for (long i = 0; i < nested; i++) {
                seedState = ++seed * 0x9E3779B97F4A7C15ull + base;
                for (int k = 0; k < 8; k++) next();
                install();
                trail[0] = 0;
                setCut((long)below((uint32_t)operations), (int)below(MODELS), fractions[below(5)]);
                oneRun(scheme, seed, 1 + (int)below(12), operations);
                runsDone++;
            }
        }
        printf("%s: %ld operations in the last clean update, %ld runs, %ld cuts; wrong program started %ld, needs host %ld; %s\n",
               scheme->name, operations, runsDone, cuts, bricks, needsHost, bad == before ? "as it must be" : "BAD");
    }
    return bad != 0;
}
