/* Source: README.md, "In situ" and "Rebuild". */
#include "script.h"

#include "bundle.h"
#include "compose.h"
#include "external.h"
#include "file.h"

#define IS_WIDE 0x80u
#define REPLACE 0x01u
#define DELETE 0x02u
#define INSERT 0x03u
#define INSERT_BRANCH 0x04u
#define MOVE 0x05u
#define AREA 0x06u
#define GROUP_UP 0x10u
#define GROUP_DOWN 0x11u
#define COPY 0x12u
#define ADD 0x13u
#define ADJUST 0x14u
#define MAP 0x15u

/* Instructions of the MSP430. */
#define CALL_IMMEDIATE 0x12B0u
#define BR_IMMEDIATE 0x4030u
#define RET 0x4130u
#define JMP 0x3C00u
#define JMP_REACH 1022u

#define MAP_RANGES_MAX 96u
/* Instead of a number of words: as many are copied, and none is mapped. */
#define NO_WORD 0xFFu

static uint16_t file, cursor, end;
static uint16_t used; /* of the area */
static uint8_t isCounting;
static uint8_t isBad;
/* The rebuild's group. */
static uint16_t edge;
static uint8_t isDown, isInGroup;
/* Where what it refers to will lie: ascending. */
static struct { uint16_t from, add; } map[MAP_RANGES_MAX];
static uint8_t mapCount;

void scriptRead(uint16_t offset, void *to, uint16_t count) { externalRead(file, offset, to, count); }

/* @returns where `count` bytes stand in the file. */
static uint16_t pass(uint16_t count) {
    uint16_t at = cursor;
    if (count > end - cursor) {
        isBad = 1;
        cursor = end;
        return at;
    }
    cursor += count;
    return at;
}
static uint8_t next8(void) {
    uint8_t byte = 0;
    uint16_t at = pass(1);
    if (!isBad) scriptRead(at, &byte, 1);
    return byte;
}
static uint16_t next16(void) {
    uint16_t low = next8();
    return low | (uint16_t)next8() << 8;
}
static uint16_t nextLength(uint8_t command) { return command & IS_WIDE ? next16() : next8(); }

static void place(Source source, uint16_t from, uint16_t at, uint16_t count, uint8_t down) {
    if (!isBad && !composePlace(source, from, at, count, down)) isBad = 1;
}
static void setCode(uint8_t index, uint16_t word) {
    composeCode[index] = (uint8_t)word;
    composeCode[index + 1] = (uint8_t)(word >> 8);
}
static void placeJump(uint16_t instruction, uint16_t to, uint16_t at) {
    setCode(0, instruction);
    setCode(2, to);
    place(FROM_CODE, 0, at, 4, 0);
}

static uint8_t hasRoom(uint16_t offset, uint16_t count) {
    if (offset > AREA_BYTES || count > AREA_BYTES - offset) isBad = 1;
    return !isBad;
}
static void areaFile(uint16_t offset, uint16_t from, uint16_t count) {
    if (!hasRoom(offset, count)) return;
    if (!isCounting) scriptRead(from, area + offset, count);
    if (offset + count > used) used = offset + count;
}
static void areaWord(uint16_t word) {
    if (!hasRoom(used, 2)) return;
    if (!isCounting) {
        area[used] = (uint8_t)word;
        area[used + 1u] = (uint8_t)(word >> 8);
    }
    used += 2;
}

static void insert(uint8_t command, uint16_t at) {
    uint8_t isBranch = (command & ~IS_WIDE) == INSERT_BRANCH;
    uint16_t back = isBranch ? next16() : 0;
    uint16_t count = nextLength(command);
    uint16_t there = AREA_START + used;
    areaFile(used, pass(count), count);
    if (!isBranch) areaWord(RET);
    if (back != 0) {
        areaWord(BR_IMMEDIATE);
        areaWord(back);
    }
    placeJump(isBranch ? BR_IMMEDIATE : CALL_IMMEDIATE, there, at);
}

static void jumpOver(uint16_t at, uint16_t count) {
    if (count - 2u > JMP_REACH) {
        placeJump(BR_IMMEDIATE, at + count, at);
        return;
    }
    setCode(0, JMP | (count - 2u) / 2u);
    place(FROM_CODE, 0, at, 2, 0);
}

static void inSitu(uint8_t command) {
    uint16_t at = next16();
    uint16_t count;
    uint16_t from;
    switch (command & ~IS_WIDE) {
        case REPLACE:
            count = nextLength(command);
            place(FROM_FILE, pass(count), at, count, 0);
            break;
        case DELETE: jumpOver(at, nextLength(command)); break;
        case INSERT:
        case INSERT_BRANCH: insert(command, at); break;
        case MOVE:
            from = next16();
            place(FROM_MEMORY, from, at, nextLength(command), 0);
            break;
        case AREA:
            count = nextLength(command);
            areaFile(at, pass(count), count);
            break;
        default: isBad = 1;
    }
}

static void fill(Source source, uint16_t from, uint16_t count) {
    if (!isInGroup || count > (isDown ? edge - APP_START : APP_END - edge)) isBad = 1;
    if (isDown) edge -= count;
    place(source, from, edge, count, isDown);
    if (!isDown) edge += count;
}

static void takeMap(void) {
    mapCount = next8();
    if (mapCount > MAP_RANGES_MAX) isBad = 1;
    for (uint8_t i = 0; i != mapCount && !isBad; i++) {
        map[i].from = next16();
        map[i].add = next16();
    }
}
static uint16_t mapped(uint16_t address) {
    uint8_t i = mapCount;
    while (i != 0 && map[i - 1u].from > address) i--;
    return i == 0 ? address : address + map[i - 1u].add;
}

/* A copy with words in it that are mapped. In a group that fills downwards it begins at its end. */
static void adjust(uint16_t from, uint16_t count) {
    uint8_t words = next8();
    uint16_t first = pass(words);
    for (uint8_t i = 0; i != words && !isBad; i++) {
        uint8_t skipped;
        scriptRead(first + i, &skipped, 1);
        uint16_t size = 2u * skipped + (skipped == NO_WORD ? 0 : 2u);
        if (size > count) {
            isBad = 1;
            return;
        }
        count -= size;
        uint16_t at = isDown ? from + count : from;
        if (skipped == NO_WORD) fill(FROM_MEMORY, at, size);
        else {
            uint16_t word = isDown ? at : at + size - 2u;
            uint16_t value = 0;
            if (!isDown) fill(FROM_MEMORY, at, size - 2u);
            if (!isBad && !isCounting && !composeRead(word, &value)) isBad = 1;
            else if (isDown) fill(FROM_MEMORY, at + 2u, size - 2u);
            setCode(0, mapped(value));
            fill(FROM_CODE, 0, 2);
        }
        if (!isDown) from += size;
    }
    fill(FROM_MEMORY, from, count);
}

static void rebuild(uint8_t command) {
    uint16_t from;
    uint16_t count;
    switch (command & ~IS_WIDE) {
        case GROUP_UP:
        case GROUP_DOWN:
            isDown = (command & 1u) != 0;
            edge = next16();
            isInGroup = edge >= APP_START && edge <= APP_END;
            break;
        case COPY:
            from = next16();
            fill(FROM_MEMORY, from, nextLength(command));
            break;
        case ADJUST:
            from = next16();
            adjust(from, nextLength(command));
            break;
        case MAP: takeMap(); break;
        case ADD:
            count = nextLength(command);
            from = pass(count);
            fill(FROM_FILE, from, count);
            break;
        default: isBad = 1;
    }
}

uint8_t scriptRun(uint16_t page, uint16_t bodyBytes, uint8_t isRebuild, uint8_t counts, uint16_t areaBytes) {
    file = page;
    cursor = sizeof(Envelope);
    end = cursor + bodyBytes;
    used = areaBytes;
    isCounting = counts;
    isBad = 0;
    isInGroup = 0;
    mapCount = 0;
    while (cursor != end && !isBad) {
        uint8_t command = next8();
        if (isRebuild) rebuild(command);
        else inSitu(command);
    }
    if (!composeFinish()) isBad = 1;
    bundle.areaBytes = isRebuild ? 0 : used;
    return !isBad;
}
