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

/* Instructions of the MSP430. */
#define CALL_IMMEDIATE 0x12B0u
#define BR_IMMEDIATE 0x4030u
#define RET 0x4130u
#define JMP 0x3C00u
#define JMP_REACH 1022u

static uint16_t file, cursor, end;
static uint16_t used; /* of the area */
static uint8_t isCounting;
static uint8_t isBad;
/* The rebuild's group. */
static uint16_t edge;
static uint8_t isDown, isInGroup;

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
    while (cursor != end && !isBad) {
        uint8_t command = next8();
        if (isRebuild) rebuild(command);
        else inSitu(command);
    }
    if (!composeFinish()) isBad = 1;
    bundle.areaBytes = isRebuild ? 0 : used;
    return !isBad;
}
