/* Source of the model: the same rules as emulator/flash (torn models), written down a second time on purpose.
   Left out: time, supply, interrupts. A block write is one operation of 64 bytes. */
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "external.h"
#include "flash.h"
#include "supply.h"

const char *const modelNames[] = {"clean", "random-bits", "weak-bits", "old-data", "marginal"};
uint8_t flashCells[FLASH_CELLS], flashWeak[FLASH_CELLS];
uint8_t externalCells[EXTERNAL_CELLS];
static uint8_t externalWeak[EXTERNAL_CELLS];
uint8_t area[AREA_BYTES];
jmp_buf out;
long operation, cutOperation = -1;
int cutModel;
double cutFraction;
char lastOperation[40];

uint64_t seedState;
uint32_t next(void) {
    seedState ^= seedState << 13;
    seedState ^= seedState >> 7;
    seedState ^= seedState << 17;
    return (uint32_t)(seedState >> 16);
}
uint32_t below(uint32_t limit) { return next() % limit; }
static int chance(double p) { return (next() & 0xFFFFFF) < p * 0x1000000; }

void setCut(long where, int model, double fraction) {
    cutOperation = where, cutModel = model, cutFraction = fraction, operation = 0;
}

static void tear(uint8_t *cell, uint8_t *weak, uint32_t count, const uint8_t *goal) {
    double f = cutFraction, changed = 0, left = 0;
    switch (cutModel) {
        case RANDOM_BITS: changed = f * f * (3 - 2 * f); break;
        case WEAK_BITS: changed = f * f * (3 - 2 * f); left = 4 * f * (1 - f); break;
        case OLD_DATA: left = f * f / 2; break;
        case MARGINAL: changed = 1; left = (1 - f) / 16; break;
        default: break;
    }
    for (uint32_t i = 0; i < count; i++, cell++, weak++) {
        uint8_t moving = goal == NULL ? (uint8_t)~*cell | *weak : (*cell | *weak) & (uint8_t)~goal[i];
        if (moving == 0) continue;
        for (int bit = 0; bit < 8; bit++) {
            uint8_t mask = (uint8_t)(1 << bit);
            if ((moving & mask) == 0) continue;
            if (chance(changed)) {
                *cell = goal == NULL ? *cell | mask : *cell & (uint8_t)~mask;
                *weak &= (uint8_t)~mask;
            }
            if (chance(left)) *weak |= mask;
        }
    }
}

/* @param goal NULL = erase. */
static void operate(const char *name, uint32_t at, uint8_t *cells, uint8_t *weak, uint32_t count, const uint8_t *goal) {
    int cutHere = operation++ == cutOperation;
    if (cutHere) snprintf(lastOperation, sizeof lastOperation, "%s %s %x", name, goal == NULL ? "erase" : "program", at);
    if (cutHere && cutFraction <= 0) longjmp(out, POWER_CUT);
    if (cutHere && cutFraction < 1) {
        if (cutModel != CLEAN) {
            tear(cells, weak, count, goal);
        } else if (goal != NULL) {
            for (uint32_t i = 0; i < count * cutFraction; i++) cells[i] &= goal[i], weak[i] &= goal[i];
        }
        longjmp(out, POWER_CUT);
    }
    for (uint32_t i = 0; i < count; i++) {
        cells[i] = goal == NULL ? 0xFF : cells[i] & goal[i];
        weak[i] &= goal == NULL ? 0 : goal[i];
    }
    if (cutHere) longjmp(out, POWER_CUT);
}

static void readCells(const uint8_t *cells, const uint8_t *weak, void *to, uint16_t count) {
    uint8_t *byte = to;
    for (uint16_t i = 0; i < count; i++) byte[i] = weak[i] == 0 ? cells[i] : cells[i] ^ (weak[i] & (uint8_t)next());
}

static void mustLie(uint32_t at, uint32_t start, uint32_t end) {
    if (at >= start && at < end) return;
    printf("operation outside its range: %x\n", at);
    abort();
}
void flashRead(uint16_t at, void *to, uint16_t count) { readCells(flashCells + at, flashWeak + at, to, count); }
void flashErase(uint16_t at) {
    mustLie(at, APP_START, APP_END);
    at &= (uint16_t)~(SEGMENT_BYTES - 1u);
    operate("flash", at, flashCells + at, flashWeak + at, SEGMENT_BYTES, NULL);
}
void flashProgramBlock(uint16_t at, const uint8_t *bytes) {
    mustLie(at, APP_START, APP_END);
    operate("flash", at, flashCells + at, flashWeak + at, BLOCK_BYTES, bytes);
}
void flashProgramWord(uint16_t at, uint16_t word) {
    uint8_t bytes[2] = {(uint8_t)word, (uint8_t)(word >> 8)};
    mustLie(at, APP_START, APP_END);
    operate("flash", at, flashCells + at, flashWeak + at, 2, bytes);
}

static uint32_t cellOf(uint16_t page, uint16_t offset) { return ((uint32_t)page * EXTERNAL_PAGE_BYTES + offset) % EXTERNAL_CELLS; }
void externalRead(uint16_t page, uint16_t offset, void *to, uint16_t count) {
    uint32_t at = cellOf(page, offset);
    uint32_t first = at + count > EXTERNAL_CELLS ? EXTERNAL_CELLS - at : count;
    readCells(externalCells + at, externalWeak + at, to, (uint16_t)first);
    readCells(externalCells, externalWeak, (uint8_t *)to + first, (uint16_t)(count - first));
}
void externalProgram(uint16_t page, uint8_t offset, const void *from, uint16_t count) {
    uint32_t at = cellOf(page, offset);
    mustLie(offset + count, 0, EXTERNAL_PAGE_BYTES + 1);
    operate("external", at, externalCells + at, externalWeak + at, count, from);
}
void externalErase(uint16_t page) {
    uint32_t at = cellOf(page / SECTOR_PAGES * SECTOR_PAGES, 0);
    operate("external", at, externalCells + at, externalWeak + at, SECTOR_PAGES * EXTERNAL_PAGE_BYTES, NULL);
}

uint8_t supplyIsGood(void) { return 1; }
void supplyWait(void) {}

extern uint8_t __start_fwram[], __stop_fwram[];
void loseRam(void) {
    memset(__start_fwram, 0, (size_t)(__stop_fwram - __start_fwram));
    for (uint32_t i = 0; i < sizeof area; i++) area[i] = (uint8_t)next();
}

static uint8_t saved[2 * (FLASH_CELLS + EXTERNAL_CELLS)];
static void pass(int isSave) {
    uint8_t *at = saved;
    uint8_t *parts[] = {flashCells, flashWeak, externalCells, externalWeak};
    for (int i = 0; i < 4; i++) {
        size_t bytes = i < 2 ? FLASH_CELLS : EXTERNAL_CELLS;
        memcpy(isSave ? at : parts[i], isSave ? parts[i] : at, bytes);
        at += bytes;
    }
}
void saveParts(void) { pass(1); }
void restoreParts(void) { pass(0); }
void eraseParts(int isUsed) {
    memset(flashCells, 0xFF, sizeof flashCells), memset(flashWeak, 0, sizeof flashWeak);
    memset(externalCells, 0xFF, sizeof externalCells), memset(externalWeak, 0, sizeof externalWeak);
    if (!isUsed) return;
    for (uint32_t i = 0; i < EXTERNAL_CELLS; i++) externalCells[i] = (uint8_t)next();
    for (uint32_t i = APP_START; i < APP_END; i++) flashCells[i] = (uint8_t)next();
}
