/* The real loader, agent, journal and staging code on a model of the flash, with power cuts at every
   operation and, nested, at random ones. Strict: no cell of the program that runs may be weak.
   Source of the flash model: the same rules as emulator/flash (torn models, ECC of a 16-byte line),
   written down a second time on purpose. Left out: time, interrupts, the frame layer. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "crc.h"
#include "flash-map.h"
#include "flash.h"
#include "restart.h"
#include "support.h"

#define FLASH_BYTES 0x7E000u
#define LINES (FLASH_BYTES / LINE_BYTES)
#define IMAGE_MAX 8192u

enum { CLEAN_PREFIX, RANDOM_BITS, WEAK_BITS, OLD_DATA, MARGINAL_ERASE, MODELS };
static const char *const modelNames[] = {"clean-prefix", "random-bits", "weak-bits", "old-data",
                                         "marginal-erase"};
enum { ENDED, RUN_APPLICATION, RESTARTED, POWER_CUT, ISP };

void bootMain(void);

static uint8_t cells[FLASH_BYTES], weak[FLASH_BYTES];
static uint8_t ecc[LINES], weakEcc[LINES];
static uint8_t prepared[28];
static jmp_buf out;

/* Randomness, seeded. */
static uint64_t seedState;
static uint32_t next(void) {
    seedState ^= seedState << 13;
    seedState ^= seedState >> 7;
    seedState ^= seedState << 17;
    return (uint32_t)(seedState >> 16);
}
static int chance(double p) { return (next() & 0xFFFFFF) < p * 0x1000000; }

/* ECC: the first 128 values that are no power of two; zeros contribute. */
static uint8_t column[128];
static int16_t bitOf[256];
static uint8_t contribution[16][256];
static void eccStart(void) {
    memset(bitOf, 0xFF, sizeof bitOf);
    for (int bit = 0, value = 3; bit < 128; value++) {
        if ((value & (value - 1)) == 0) continue;
        column[bit] = (uint8_t)value;
        bitOf[value] = (int16_t)bit++;
    }
    for (int bit = 0; bit < 128; bit++) {
        for (int byte = 0; byte < 256; byte++) {
            if ((byte >> (bit & 7) & 1) == 0) contribution[bit >> 3][byte] ^= column[bit];
        }
    }
}
static uint8_t eccFor(const uint8_t *line) {
    uint8_t sum = 0xFF;
    for (int i = 0; i < 16; i++) sum ^= contribution[i][line[i]];
    return sum;
}
static void sense(uint32_t address, uint8_t *line) {
    uint32_t at = address & ~(LINE_BYTES - 1u);
    for (uint32_t i = 0; i < LINE_BYTES; i++) {
        line[i] = cells[at + i] ^ (weak[at + i] == 0 ? 0 : weak[at + i] & (uint8_t)next());
    }
    uint8_t check = ecc[at / LINE_BYTES];
    if (weakEcc[at / LINE_BYTES] != 0) check ^= weakEcc[at / LINE_BYTES] & (uint8_t)next();
    int syndrome = check ^ eccFor(line);
    if (syndrome != 0 && bitOf[syndrome] >= 0) line[bitOf[syndrome] >> 3] ^= (uint8_t)(1 << (bitOf[syndrome] & 7));
}

/* Each word is sensed anew, as on the bus. */
void flashRead(uint32_t address, void *to, uint32_t bytes) {
    uint8_t line[LINE_BYTES];
    for (uint32_t i = 0; i < bytes; i += 4) {
        sense(address + i, line);
        memcpy((uint8_t *)to + i, line + ((address + i) & 15u), 4);
    }
}
uint32_t flashCrc(uint32_t crc, uint32_t address, uint32_t bytes) {
    for (uint32_t i = 0; i < bytes; i += 4) {
        uint8_t word[4];
        flashRead(address + i, word, 4);
        crc = crc32Bytes(crc, word, bytes - i < 4 ? bytes - i : 4);
    }
    return crc;
}

/* Operations and the cut. */
static long operation, cutOperation = -1;
static int cutModel;
static double cutFraction; /* 0 = before, 1 = after */
static int lastKind; /* 0 program, 1 erase */
static uint32_t lastAddress;

static void tear(uint32_t at, uint32_t bytes, const uint8_t *goal, int isErase) {
    double f = cutFraction;
    double changed = 0, left = 0;
    switch (cutModel) {
        case RANDOM_BITS: changed = f * f * (3 - 2 * f); break;
        case WEAK_BITS: changed = f * f * (3 - 2 * f); left = 4 * f * (1 - f); break;
        case OLD_DATA: left = f * f / 2; break;
        case MARGINAL_ERASE: changed = 1; left = (1 - f) / 16; break;
        default: break;
    }
    for (uint32_t line = at / LINE_BYTES; line < (at + bytes) / LINE_BYTES; line++) {
        uint8_t target[LINE_BYTES], targetEcc = 0xFF;
        memset(target, 0xFF, sizeof target);
        if (!isErase) {
            memcpy(target, goal + (line * LINE_BYTES - at), LINE_BYTES);
            targetEcc = eccFor(target);
            if (memcmp(target, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 16) == 0) continue;
        }
        for (uint32_t i = 0; i <= LINE_BYTES; i++) {
            uint8_t *cell = i < LINE_BYTES ? &cells[line * LINE_BYTES + i] : &ecc[line];
            uint8_t *weakCell = i < LINE_BYTES ? &weak[line * LINE_BYTES + i] : &weakEcc[line];
            uint8_t goalByte = i < LINE_BYTES ? target[i] : targetEcc;
            uint8_t moving = isErase ? (uint8_t)~*cell : *cell & (uint8_t)~goalByte;
            for (int bit = 0; bit < 8; bit++) {
                uint8_t mask = (uint8_t)(1 << bit);
                if ((moving & mask) == 0) continue;
                if (chance(changed)) {
                    *cell ^= mask;
                    *weakCell &= (uint8_t)~mask;
                }
                if (chance(left)) *weakCell |= mask;
            }
        }
    }
}
static void programRow(uint32_t at, const uint8_t *bytes) {
    for (uint32_t line = at / LINE_BYTES; line < (at + PAGE_BYTES) / LINE_BYTES; line++) {
        const uint8_t *target = bytes + (line * LINE_BYTES - at);
        int blank = 1;
        for (uint32_t i = 0; i < LINE_BYTES; i++) blank &= target[i] == 0xFF;
        if (blank) continue;
        for (uint32_t i = 0; i < LINE_BYTES; i++) {
            cells[line * LINE_BYTES + i] &= target[i];
            weak[line * LINE_BYTES + i] &= target[i];
        }
        ecc[line] &= eccFor(target);
        weakEcc[line] &= eccFor(target);
    }
}
static void eraseRange(uint32_t at, uint32_t bytes) {
    memset(cells + at, 0xFF, bytes);
    memset(weak + at, 0, bytes);
    memset(ecc + at / LINE_BYTES, 0xFF, bytes / LINE_BYTES);
    memset(weakEcc + at / LINE_BYTES, 0, bytes / LINE_BYTES);
}
static uint32_t sectorStart(uint32_t sector) {
    if (sector < 8) return sector << 12;
    if (sector < 22) return 0x8000u + ((sector - 8) << 15);
    return 0x78000u + ((sector - 22) << 12);
}

uint32_t iapCall(uint32_t command, uintptr_t p0, uintptr_t p1, uint32_t p2, uint32_t p3) {
    (void)p3;
    if (command == IAP_REINVOKE_ISP) longjmp(out, ISP);
    if (command == IAP_PREPARE) {
        memset(prepared + p0, 1, p1 - p0 + 1);
        return 0;
    }
    if (command == IAP_BLANK_CHECK) {
        for (uint32_t at = sectorStart((uint32_t)p0); at < sectorStart((uint32_t)p1 + 1); at += 4) {
            uint32_t word;
            flashRead(at, &word, 4);
            if (word != 0xFFFFFFFFu) return 8;
        }
        return 0;
    }
    int isErase = command == IAP_ERASE;
    uint32_t at = isErase ? sectorStart((uint32_t)p0) : (uint32_t)p0;
    uint32_t bytes = isErase ? sectorStart((uint32_t)p1 + 1) - at : p2;
    if (!prepared[isErase ? p0 : sectorOf(at)]) return 9;
    memset(prepared, 0, sizeof prepared);
    int cutHere = operation++ == cutOperation;
    lastKind = isErase;
    lastAddress = at;
    if (cutHere && cutFraction <= 0) longjmp(out, POWER_CUT);
    if (isErase) {
        if (cutHere && cutFraction < 1) tear(at, bytes, NULL, 1);
        else eraseRange(at, bytes);
    } else {
        const uint8_t *from = (const uint8_t *)p1;
        uint32_t rows = bytes / PAGE_BYTES;
        for (uint32_t row = 0; row < rows; row++) {
            double f = cutFraction * rows - row;
            if (cutHere && f < 1) {
                if (f > 0 && cutModel != CLEAN_PREFIX) {
                    double whole = cutFraction;
                    cutFraction = f;
                    tear(at + row * PAGE_BYTES, PAGE_BYTES, from + row * PAGE_BYTES, 0);
                    cutFraction = whole;
                }
                break;
            }
            programRow(at + row * PAGE_BYTES, from + row * PAGE_BYTES);
        }
    }
    if (cutHere) longjmp(out, POWER_CUT);
    return 0;
}

/* What else the firmware calls. */
uint32_t interruptsMask(void) { return 0; }
void interruptsRestore(uint32_t mask) { (void)mask; }
void clockStart(void) {}
void clockStop(void) {}
void uartStart(unsigned base, unsigned line, unsigned fifo) { (void)base, (void)line, (void)fifo; }
void uartPutPolled(unsigned base, const char *text) { (void)base, (void)text; }
void runApplication(void) { longjmp(out, RUN_APPLICATION); }
void restartTerminal(void) { longjmp(out, RESTARTED); }

/* RAM of the firmware: lost at every start. */
extern uint8_t __start_fwram[], __stop_fwram[];
static uint8_t *ramAtStart;
static void loseRam(void) { memcpy(__start_fwram, ramAtStart, (size_t)(__stop_fwram - __start_fwram)); }

/* Images. */
typedef struct {
    uint8_t bytes[IMAGE_MAX];
    uint32_t length;
} Image;
static Image oldImage, newImage;
static void makeImage(Image *image, uint32_t length, uint32_t seed) {
    uint64_t saved = seedState;
    seedState = 0x9E3779B97F4A7C15ull + seed;
    for (uint32_t i = 0; i < length; i++) image->bytes[i] = (uint8_t)next();
    memset(image->bytes + 700, 0xFF, 300); /* blank lines and a half blank segment */
    image->length = length;
    put32(image->bytes + 0x20, HEADER_MAGIC);
    put32(image->bytes + 0x24, length);
    put32(image->bytes + 0x28, 0);
    uint32_t sum = 0;
    for (uint32_t i = 0; i < 32; i += 4) {
        if (i != 20) sum += get32(image->bytes + i);
    }
    put32(image->bytes + 20, 0u - sum);
    put32(image->bytes + 0x28, ~crc32Bytes(CRC32_START, image->bytes, length));
    seedState = saved;
}
static void loadImage(const Image *image) {
    for (uint32_t at = 0; at < image->length; at += PAGE_BYTES) {
        uint8_t page[PAGE_BYTES];
        memset(page, 0xFF, sizeof page);
        uint32_t part = image->length - at < PAGE_BYTES ? image->length - at : PAGE_BYTES;
        memcpy(page, image->bytes + at, part);
        programRow(APP_BASE + at, page);
    }
}
/* 1 = the image, byte for byte and strong. */
static int runs(const Image *image) {
    for (uint32_t at = 0; at < image->length; at += LINE_BYTES) {
        uint32_t line = (APP_BASE + at) / LINE_BYTES;
        uint32_t part = image->length - at < LINE_BYTES ? image->length - at : LINE_BYTES;
        if (memcmp(cells + APP_BASE + at, image->bytes + at, part) != 0) return 0;
        if (ecc[line] != eccFor(cells + line * LINE_BYTES) || weakEcc[line] != 0) return 0;
        for (uint32_t i = 0; i < LINE_BYTES; i++) {
            if (weak[line * LINE_BYTES + i] != 0) return 0;
        }
    }
    return 1;
}

/* The station: resumes by query, or on its flags alone. */
static uint8_t flags[64];
static int isCleared, isUpdated, byFlags, transfers;
static uint32_t unitOf(uint32_t segment, uint8_t *unit) {
    uint32_t segments = (newImage.length + PAGE_BYTES - 1) / PAGE_BYTES;
    int last = segment == segments - 1;
    uint32_t part = last ? newImage.length - segment * PAGE_BYTES : PAGE_BYTES;
    uint32_t sum = 0;
    unit[0] = 1;
    unit[1] = (uint8_t)last;
    unit[2] = 0;
    put16(unit + 3, segments);
    put32(unit + 5, segment);
    memcpy(unit + 11, newImage.bytes + segment * PAGE_BYTES, part);
    if (last) {
        for (uint32_t i = 0; i < newImage.length; i++) sum += newImage.bytes[i];
        put16(unit + 11 + part, sum);
        put32(unit + 13 + part, ~crc32Bytes(CRC32_START, newImage.bytes, newImage.length));
        part += 6;
    }
    put16(unit + 9, part);
    return 11 + part;
}
static void clearFirst(void) {
    memset(flags, 0, sizeof flags);
    if (agentClear() == AGENT_DONE) isCleared = 1;
}
static void station(void) {
    uint32_t segments = (newImage.length + PAGE_BYTES - 1) / PAGE_BYTES;
    uint8_t missing[MISSING_REPLY_BYTES];
    if (!isCleared) clearFirst();
    else if (!byFlags) {
        memset(flags, 0, sizeof flags);
        if (agentMissing(missing)) {
            int open = 0;
            for (uint32_t i = 0; i < segments; i++) {
                flags[i] = (missing[4 + i / 8] >> (i % 8) & 1) == 0;
                open += !flags[i];
            }
            if (open == 0) flags[segments - 1] = 0;
        } else {
            if (runs(&newImage)) {
                isUpdated = 1;
                return;
            }
            clearFirst();
        }
    }
    for (; transfers < 8; transfers++) {
        for (uint32_t i = 0; i < segments; i++) {
            uint8_t unit[IMAGE_MAX];
            uint32_t id = 0;
            if (flags[i]) continue;
            AgentResult result = agentSegment(unit, unitOf(i, unit), &id);
            if (result == AGENT_DONE) {
                /* The reply leaves before a restart. */
                flags[i] = 1;
                if (agentWantsRestart()) restartTerminal();
            }
        }
        if (runs(&newImage)) {
            isUpdated = 1;
            return;
        }
        clearFirst();
    }
}

/* One start of the terminal, up to where it stays. `resumes`: the station is there. */
static int start(int resumes) {
    loseRam();
    memset(prepared, 0, sizeof prepared);
    int how = setjmp(out);
    if (how == ENDED) bootMain();
    if (how != RUN_APPLICATION) return how;
    how = setjmp(out);
    if (how != ENDED) return how;
    agentStart();
    if (resumes) station();
    return ENDED;
}

static uint8_t savedCells[FLASH_BYTES], savedEcc[LINES];
static char trail[4096];
static void fresh(uint64_t seed) {
    memcpy(cells, savedCells, sizeof cells);
    memcpy(ecc, savedEcc, sizeof ecc);
    memset(weak, 0, sizeof weak);
    memset(weakEcc, 0, sizeof weakEcc);
    memset(flags, 0, sizeof flags);
    isCleared = isUpdated = transfers = 0;
    operation = 0;
    trail[0] = 0;
    seedState = seed * 0x9E3779B97F4A7C15ull + 1;
    for (int i = 0; i < 8; i++) next();
}
static void setCut(long at, int model, double fraction) {
    cutOperation = at;
    cutModel = model;
    cutFraction = fraction;
}

static long starts, cutsDone, bad;
static void fail(const char *why, uint64_t seed) {
    if (bad++ < 10) printf("FAIL %s, seed %llu:%s\n", why, (unsigned long long)seed, trail);
}
/* Until the terminal stays up: 1, or 0 with the failure reported. */
static int startUntilStable(int resumes, int cutsLeft, double cutChance, long span, uint64_t seed) {
    for (int boots = 0; boots < 64; boots++) {
        if (cutsLeft > 0 && cutOperation < 0 && chance(cutChance)) {
            static const double fractions[] = {0, 0.1, 0.5, 0.9, 1};
            cutsLeft--;
            setCut((long)(next() % (uint32_t)span), (int)(next() % MODELS), fractions[next() % 5]);
        }
        int how = start(resumes);
        starts++;
        if (how == POWER_CUT) operation = 0;
        size_t used = strlen(trail);
        if (how == POWER_CUT) {
            cutsDone++;
            if (used < sizeof trail - 100)
                sprintf(trail + used, " cut@%ld+%.1f %s (%s %05x)", cutOperation, cutFraction,
                        modelNames[cutModel], lastKind ? "erase" : "program", (unsigned)lastAddress);
            setCut(-1, 0, 0);
            continue;
        }
        if (how == RESTARTED) {
            if (used < sizeof trail - 100) strcat(trail, " restart");
            continue;
        }
        if (how == ISP) {
            fail("ROM ISP", seed);
            return 0;
        }
        if (!runs(&oldImage) && !runs(&newImage)) {
            fail("wrong or weak program", seed);
            return 0;
        }
        return 1;
    }
    fail("restarts for ever", seed);
    return 0;
}

static void oneRun(uint64_t seed, int cuts, double cutChance, long span, int silentFirst) {
    if (!startUntilStable(1, cuts, cutChance, span, seed)) return;
    setCut(-1, 0, 0);
    operation = 0;
    if (silentFirst && !startUntilStable(0, 0, 0, span, seed)) return;
    for (int i = 0; i < 8 && !isUpdated; i++) {
        if (!startUntilStable(1, 0, 0, span, seed)) return;
    }
    if (!isUpdated) fail("never updated", seed);
    else if (!startUntilStable(0, 0, 0, span, seed) || !runs(&newImage)) fail("did not stay updated", seed);
}

static long cleanRun(void) {
    long operations = 0;
    fresh(1);
    setCut(-1, 0, 0);
    for (int boots = 0; boots < 8 && !isUpdated; boots++) start(1);
    operations = operation;
    if (!isUpdated || !runs(&newImage)) {
        printf("FAIL the clean run did not update\n");
        exit(1);
    }
    return operations;
}

int main(int argc, char **argv) {
    long nested = argc > 1 ? atol(argv[1]) : 20000;
    uint32_t length = argc > 2 ? (uint32_t)atol(argv[2]) : 1900;
    byFlags = argc > 3 && strcmp(argv[3], "flags") == 0;
    ramAtStart = malloc((size_t)(__stop_fwram - __start_fwram));
    memcpy(ramAtStart, __start_fwram, (size_t)(__stop_fwram - __start_fwram));
    eccStart();
    eraseRange(0, FLASH_BYTES);
    makeImage(&oldImage, length - 100, 1);
    makeImage(&newImage, length, 2);
    loadImage(&oldImage);
    memcpy(savedCells, cells, sizeof cells);
    memcpy(savedEcc, ecc, sizeof ecc);

    long operations = cleanRun();
    printf("operations of a clean update: %ld\n", operations);
    static const double fractions[] = {0, 0.1, 0.5, 0.9, 1};
    uint64_t seed = 1;
    long runsDone = 0;
    for (long at = 0; at < operations; at++) {
        for (int model = 0; model < MODELS; model++) {
            for (int f = 0; f < 5; f++) {
                if ((f == 0 || f == 4) && model != 0) continue;
                for (int silent = 0; silent < 2; silent++) {
                    fresh(++seed);
                    setCut(at, model, fractions[f]);
                    runsDone++;
                    oneRun(seed, 0, 0, operations, silent);
                }
            }
        }
    }
    printf("one cut: %ld runs, %ld cuts, %ld starts, %ld bad\n", runsDone, cutsDone, starts, bad);
    for (long i = 0; i < nested; i++) {
        uint64_t s = 0x1000000ull + (uint64_t)i;
        fresh(s);
        setCut(-1, 0, 0);
        oneRun(s, 2 + (int)(next() % 12), 0.9, 1 + (long)(next() % (uint32_t)operations), (int)(next() & 1));
    }
    printf("nested cuts: %ld runs, %ld cuts, %ld starts, %ld bad\n", nested, cutsDone, starts, bad);
    return bad == 0 ? 0 : 1;
}
