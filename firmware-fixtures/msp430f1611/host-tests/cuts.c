/* The runtime's own C code on models of both flashes, with power cuts at every operation and, nested, at random ones.
   Strict: no cell of the program that is started may be weak, and its ifunctions must be the right ones.
   Left out: the frame layer, the flash controller, the watchdog, the application. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "base-file.h"
#include "boot.h"
#include "bundle.h"
#include "external.h"
#include "files.h"
#include "parts.h"
#include "records.h"
#include "store.h"
#include "transfer.h"

#define PART 128u

static uint32_t unitOf(uint32_t part, uint8_t *unit) {
    uint32_t parts = (fileLength + PART - 1) / PART;
    int isLast = part == parts - 1;
    uint32_t size = isLast ? fileLength - part * PART : PART;
    uint8_t *data = unit + 11;
    memset(unit, 0, 11);
    unit[0] = 1, unit[1] = (uint8_t)isLast;
    unit[3] = (uint8_t)parts, unit[4] = (uint8_t)(parts >> 8), unit[5] = (uint8_t)part, unit[6] = (uint8_t)(part >> 8);
    memcpy(data, file + part * PART, size);
    if (isLast) {
        uint32_t crc = 0xFFFFFFFF, sum = 0;
        for (uint32_t i = 0; i < fileLength; i++) {
            sum += file[i];
            crc ^= file[i];
            for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        crc = ~crc;
        data[size] = (uint8_t)sum, data[size + 1] = (uint8_t)(sum >> 8);
        for (int i = 0; i < 4; i++) data[size + 2 + i] = (uint8_t)(crc >> 8 * i);
        size += 6;
    }
    unit[9] = (uint8_t)size;
    return 11 + size;
}
static uint32_t flashOperations;
/* The station sends the file; 1 = it was taken. */
static int send(void) {
    uint32_t parts = (fileLength + PART - 1) / PART;
    uint8_t unit[200];
    for (uint32_t i = 0; i < parts; i++) {
        uint8_t count = (uint8_t)unitOf(i, unit);
        if (transferUnit(unit, count) != TRANSFER_STORED) return 0;
        /* The same again, as when the reply was lost. */
        if (i == 1 && i + 1 < parts && transferUnit(unit, count) != TRANSFER_STORED) return 0;
    }
    flashOperations = (uint32_t)operation;
    if (afterReply == AFTER_APPLY) updateApply();
    return 1;
}

/* One power-up. @returns 2 application runs, 1 the runtime waits for a host, 0 cut. */
static int wasTaken;
static int powerUp(int sends) {
    volatile int stage = 1;
    loseRam();
    if (setjmp(out) != 0) return 0;
    if (bootDecision()) stage = 2;
    if (sends) {
        /* Taken over from the application, or served by the runtime. */
        recordsLoad();
        if (bundleLoad()) areaLoad();
        wasTaken = send();
        loseRam();
        stage = bootDecision() ? 2 : 1;
    }
    return stage;
}

static int runs(const Program *program) {
    for (uint32_t i = 0; i < program->length; i++) {
        if (flashCells[0x4000 + i] != program->bytes[i] || flashWeak[0x4000 + i] != 0) return 0;
    }
    return memcmp(area, program->area, program->areaBytes) == 0;
}

static char trail[3000];
static int cutOrRun(int sends) {
    int stage = powerUp(sends);
    if (stage == 0 && strlen(trail) < sizeof trail - 100) {
        sprintf(trail + strlen(trail), " cut@%ld+%.1f %s (%s)", cutOperation, cutFraction, modelNames[cutModel], lastOperation);
    }
    return stage;
}
static long bad, cuts;
static void fail(const char *why, uint64_t seed) {
    if (bad++ < 6) printf("FAIL: %s, seed %llu:%s\n", why, (unsigned long long)seed, trail);
}

/* What must hold once nothing is cut any more. */
static void judge(int stage, uint64_t seed) {
    if (stage == 2 && !runs(&oldProgram) && !runs(&newProgram)) fail("a wrong or weak program is started", seed);
    if (stage == 1) fail("the application is gone", seed);
}
static const double fractions[] = {0, 0.1, 0.5, 0.9, 1};
static void oneRun(uint64_t seed, int nested, long span) {
    int stage = cutOrRun(1);
    for (int i = 0; stage == 0; i++) {
        cuts++;
        /* Every other cut falls into the recovery's first operations, where it hurts most. */
        if (i < nested) setCut((long)below(below(2) ? 6 : (uint32_t)span), (int)below(MODELS), fractions[below(5)]);
        else setCut(-1, 0, 0);
        stage = cutOrRun(i < nested && below(3) == 0);
    }
    setCut(-1, 0, 0);
    judge(stage, seed);
    /* Again the same; then the station comes back. */
    judge(powerUp(0), seed);
    for (int i = 0; i < 2 && !runs(&newProgram); i++) stage = powerUp(1);
    if (stage != 2 || !runs(&newProgram)) fail("never updated", seed);
    judge(powerUp(0), seed);
}

/* Every bit of the file flipped, every shorter one, and wrong commands under a right CRC: refused, all as it was. */
static void rubbish(void) {
    static uint8_t good[MAX_FILE], before[FLASH_CELLS];
    uint32_t length = fileLength, refused = 0;
    restoreParts();
    memcpy(good, file, sizeof good), memcpy(before, flashCells, sizeof before);
    uint32_t bits = length * 8 < 4000 ? length * 8 : 4000;
    for (uint32_t i = 0; i < bits + 300 + 600; i++) {
        memcpy(file, good, sizeof good), fileLength = length;
        if (i < bits) file[i < 400 ? i / 8 : below(length)] ^= (uint8_t)(1 << i % 8);
        else if (i < bits + 300) fileLength = 1 + below(length - 1);
        else {
            for (uint32_t n = 1 + below(3); n != 0; n--) file[18 + below(length - 20)] = below(2) ? (uint8_t)next() : (uint8_t)below(20);
            if (memcmp(file, good, length - 2) == 0) continue;
            sealFile();
        }
        restoreParts();
        setCut(-1, 0, 0);
        int stage = powerUp(1);
        /* Not every command matters to what comes out. */
        if (wasTaken && i >= bits + 300 && runs(&newProgram)) continue;
        if (wasTaken) fail("a damaged file was taken", i);
        else refused++;
        if (stage != 2 || !runs(&oldProgram) || memcmp(before, flashCells, sizeof before) != 0) fail("refused too late", i);
    }
    memcpy(file, good, sizeof good), fileLength = length;
    printf("  %u damaged files refused\n", refused);
}

/* The old program, perhaps with ifunctions by an update of its own; the log and the ring at all places. */
static int prepare(int pair, Kind kind) {
    setCut(-1, 0, 0);
    eraseParts(pair & 1);
    makeOld(3500 + 2300 * (uint32_t)pair);
    memcpy(flashCells + 0x4000, oldProgram.bytes, oldProgram.length);
    factorySlot(externalCells + SLOTS_FIRST_PAGE * EXTERNAL_PAGE_BYTES);
    loseRam();
    bootDecision();
    newest.head = pair == 0 ? STORE_FIRST_PAGE : STORE_FIRST_PAGE + below(STORE_END_PAGE - STORE_FIRST_PAGE);
    if (pair == 2) newest.head = STORE_END_PAGE - 5;
    if (newest.head % SECTOR_PAGES != 0) externalErase(newest.head);
    uint32_t records = pair == 0 ? 1 : pair == 1 ? 2040 : 2000 + below(200);
    while (records-- != 0) recordAppend();
    if (pair != 0) {
        makeFile(kind == R2 ? R2 : IN_SITU, oldProgram.length, 0);
        if (powerUp(1) != 2 || !runs(&newProgram)) return 0;
        oldProgram = newProgram;
    }
    /* What the ring comes to soon has to be moved. */
    if (pair == 3) {
        recordsLoad();
        newest.head = newest.bundle > STORE_FIRST_PAGE + 700 ? newest.bundle - 300u : STORE_END_PAGE - 100u;
        externalErase(newest.head);
        recordAppend();
    }
    saveParts();
    return 1;
}

typedef struct {
    const char *name;
    Kind kind;
    int isClearing;
} Case;
static const Case cases[] = {{"in situ", IN_SITU, 0}, {"in situ, clearing bits", IN_SITU, 1}, {"rebuild", REBUILD, 0}, {"deluge", DELUGE, 0}, {"R2", R2, 0}};

int main(int argc, char **argv) {
    long nested = argc > 1 ? atol(argv[1]) : 1000;
    setvbuf(stdout, NULL, _IOLBF, 0);
    uint64_t base = argc > 2 ? (uint64_t)atoll(argv[2]) : 1;
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const Case *each = &cases[c];
        for (int pair = 0; pair < 4; pair++) {
            long runsDone = 0, before = bad;
            seedState = base * 0x9E3779B97F4A7C15ull + c * 16 + (uint64_t)pair + 1;
            for (int i = 0; i < 8; i++) next();
            cuts = 0;
            trail[0] = 0;
            if (!prepare(pair, each->kind)) {
                fail("the base could not be made", (uint64_t)pair);
                continue;
            }
            uint32_t length = oldProgram.length + (each->kind == IN_SITU ? below(2) * below(900) : below(900));
            if (each->kind == DELUGE || (each->kind == REBUILD && below(2))) length = 2500 + below(3000);
            makeFile(each->kind, length, each->isClearing);
            setCut(-1, 0, 0);
            int stage = powerUp(1);
            long operations = operation;
            if (stage != 2 || !runs(&newProgram)) {
                fail(wasTaken ? "the clean update failed" : "the clean update was refused", (uint64_t)pair);
                continue;
            }
            printf("%s %d: %u bytes, %ld operations, %u before the commit\n", each->name, pair, fileLength, operations, flashOperations);
            if (pair == 1) rubbish();
            uint64_t seed = 0;
            for (long where = 0; where < operations; where++) {
                for (int model = 0; model < MODELS; model++) {
                    seedState = ++seed * 0x9E3779B97F4A7C15ull + base;
                    for (int k = 0; k < 8; k++) next();
                    restoreParts();
                    trail[0] = 0;
                    setCut(where, model, fractions[below(5)]);
                    oneRun(seed, 0, operations);
                    runsDone++;
                }
            }
            for (long i = 0; i < nested; i++) {
                seedState = ++seed * 0x9E3779B97F4A7C15ull + base;
                for (int k = 0; k < 8; k++) next();
                restoreParts();
                trail[0] = 0;
                setCut((long)below((uint32_t)operations), (int)below(MODELS), fractions[below(5)]);
                oneRun(seed, 1 + (int)below(12), operations);
                runsDone++;
            }
            printf("  %ld runs, %ld cuts: %s\n", runsDone, cuts, bad == before ? "as it must be" : "BAD");
        }
    }
    return bad != 0;
}
