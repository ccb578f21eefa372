/* Source: README.md, "Files". What commands do is written down a second time here, byte by byte. */
#include "files.h"

#include <string.h>

#include "parts.h"

#define START 0x4000u
#define SEGMENT 512u
#define HEADER 0x20u
#define AREA 0x1900u

Program oldProgram, newProgram;
uint8_t file[MAX_FILE];
uint32_t fileLength;
static uint8_t *at;

uint16_t crc16Of(uint16_t crc, const uint8_t *bytes, uint32_t count) {
    while (count-- != 0) {
        crc ^= *bytes++;
        for (int i = 0; i < 8; i++) crc = crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
    }
    return crc;
}
static void put16(uint8_t *to, uint32_t value) { to[0] = (uint8_t)value, to[1] = (uint8_t)(value >> 8); }
static void add8(uint32_t value) { *at++ = (uint8_t)value; }
static void add16(uint32_t value) { put16(at, value), at += 2; }

static void seal(Program *program, const char *version) {
    uint8_t *header = program->bytes + HEADER;
    memset(header, 0, 16);
    memcpy(header, "EZ", 2);
    put16(header + 2, program->length);
    memcpy(header + 10, version, 4);
    uint16_t crc = crc16Of(0xFFFF, program->bytes, HEADER + 14);
    put16(header + 14, crc16Of(crc, program->bytes + HEADER + 16, program->length - HEADER - 16));
}
/* Source: README.md, "R2". Any words may be references. */
static void makeBase(Program *program) {
    uint8_t *base = program->base, *code = base + 6;
    uint32_t places[1000], count = 0, from = 0;
    for (uint32_t to = 2 * below(30); to + 2 <= program->length && count < 1000; to += 2 + 2 * below(below(20) ? 12 : 800)) places[count++] = to;
    memcpy(code, program->bytes, program->length);
    uint8_t *entry = code + program->length, *value = NULL;
    uint32_t entries = 0;
    for (int isValue = 0; isValue < 2; isValue++) {
        from = 0;
        for (uint32_t i = 0; i < count; i++) {
            if (isValue) {
                memcpy(value, code + places[i], 2), memset(code + places[i], 0, 2);
                value += 2;
                continue;
            }
            for (; places[i] - from >= 510; from += 510) entry[0] = 255, put16(entry + 1, 0xFFFF), entry += 3, entries++;
            entry[0] = (uint8_t)((places[i] - from) / 2), put16(entry + 1, i), entry += 3, entries++;
            from = places[i] + 2;
        }
        value = isValue ? value : entry;
    }
    put16(base, program->length), put16(base + 2, entries), put16(base + 4, count);
    program->baseBytes = (uint32_t)(value - base);
}
uint32_t factorySlot(uint8_t *slot) {
    const uint32_t header[6] = {0x3252, 1, oldProgram.baseBytes, crc16Of(0xFFFF, oldProgram.base, oldProgram.baseBytes),
                                oldProgram.length, crc16Of(0xFFFF, oldProgram.bytes, oldProgram.length)};
    for (int i = 0; i < 6; i++) put16(slot + 2 * i, header[i]);
    memcpy(slot + 12, oldProgram.base, oldProgram.baseBytes);
    return 12 + oldProgram.baseBytes;
}
void makeOld(uint32_t length) {
    for (uint32_t i = 0; i < length; i++) oldProgram.bytes[i] = (uint8_t)next();
    memset(oldProgram.bytes + 700, 0xFF, 300);
    oldProgram.length = length;
    oldProgram.areaBytes = 0;
    seal(&oldProgram, "1.00");
    makeBase(&oldProgram);
}

static uint8_t writtenAt[72]; /* by segment: left for good */
static uint32_t inWork;
/* Byte `to` of the new image; sources are read as they are when its segment is put together. */
static void enter(uint32_t to) {
    if (to / SEGMENT == inWork) return;
    if (inWork < 72) writtenAt[inWork] = 1;
    inWork = to / SEGMENT;
}
static uint8_t sourceByte(uint32_t address) {
    if (address < START) return oldProgram.area[address - AREA];
    uint32_t from = address - START;
    return writtenAt[from / SEGMENT] ? newProgram.bytes[from] : oldProgram.bytes[from];
}

static uint32_t addCommand(uint32_t code, uint32_t count) {
    int isWide = count > 255 || below(4) == 0;
    add8(code | (isWide ? 0x80u : 0));
    return (uint32_t)isWide;
}
static void addLength(uint32_t isWide, uint32_t count) {
    if (isWide) add16(count);
    else add8(count);
}
/* A byte for `to`: of the file. */
static uint8_t fresh(uint32_t to, int isClearing) {
    uint8_t byte = (uint8_t)next();
    return isClearing ? oldProgram.bytes[to] & byte : byte;
}
static void codeAt(uint32_t to, uint32_t count, uint32_t first, uint32_t second) {
    uint8_t code[4];
    put16(code, first), put16(code + 2, second);
    for (uint32_t i = 0; i < count; i++) enter(to + i), newProgram.bytes[to + i] = code[i];
}
static void areaByte(uint8_t byte) {
    newProgram.area[newProgram.areaBytes++] = byte;
    add8(byte);
}

static void inSituCommand(uint32_t to, uint32_t count, int isClearing) {
    uint32_t isWide;
    switch (isClearing ? 0 : below(6)) {
        case 1:
            if (count < 4) count = 4;
            isWide = addCommand(2, count);
            add16(START + to), addLength(isWide, count);
            if (count - 2 <= 1022) codeAt(to, 2, 0x3C00 | (count - 2) / 2, 0);
            else codeAt(to, 4, 0x4030, START + to + count);
            break;
        case 2:
        case 3:
            if (newProgram.areaBytes + count + 4 < sizeof newProgram.area) {
                int isBranch = (int)below(2);
                uint32_t back = below(2) ? START + below(newProgram.length) : 0;
                uint32_t there = AREA + newProgram.areaBytes;
                count &= ~1u;
                isWide = addCommand(isBranch ? 4 : 3, count);
                add16(START + to);
                if (isBranch) add16(back);
                addLength(isWide, count);
                for (uint32_t i = 0; i < count; i++) areaByte((uint8_t)next());
                uint8_t *end = newProgram.area + newProgram.areaBytes;
                if (!isBranch) put16(end, 0x4130), newProgram.areaBytes += 2;
                else if (back != 0) put16(end, 0x4030), put16(end + 2, back), newProgram.areaBytes += 4;
                codeAt(to, 4, isBranch ? 0x4030 : 0x12B0, there);
            }
            break;
        case 4:
            if (oldProgram.length > 0x30 + count) {
                uint32_t from = 0x30 + below(oldProgram.length - 0x30 - count);
                isWide = addCommand(5, count);
                add16(START + to), add16(START + from), addLength(isWide, count);
                for (uint32_t i = 0; i < count; i++) {
                    enter(to + i);
                    newProgram.bytes[to + i] = sourceByte(START + from + i);
                }
            }
            break;
        case 5:
            if (newProgram.areaBytes + count < sizeof newProgram.area && below(3) == 0) {
                uint32_t offset = below(newProgram.areaBytes + 1);
                isWide = addCommand(6, count);
                add16(offset), addLength(isWide, count);
                for (uint32_t i = 0; i < count; i++) add8(newProgram.area[offset + i] = (uint8_t)next());
                if (offset + count > newProgram.areaBytes) newProgram.areaBytes = offset + count;
            }
            break;
        default:
            isWide = addCommand(1, count);
            add16(START + to), addLength(isWide, count);
            for (uint32_t i = 0; i < count; i++) {
                enter(to + i);
                add8(newProgram.bytes[to + i] = fresh(to + i, isClearing));
            }
    }
}
/* @returns where the header's bytes stand in the file. */
static uint8_t *makeInSitu(uint32_t length, int isClearing) {
    add8(1), add16(START + HEADER), add8(16);
    uint8_t *header = at;
    at += 16;
    enter(HEADER);
    uint32_t to = 0x40;
    while (to + 1300 < oldProgram.length) {
        uint32_t count = 4 + below(below(5) ? 40 : 1200);
        if (below(4) == 0) count = below(3) ? 2 : 8;
        inSituCommand(to, count, isClearing);
        to += count + 4 + below(below(4) ? 100 : 900);
        to &= ~1u;
    }
    if (length > oldProgram.length) {
        uint32_t from = oldProgram.length > to ? oldProgram.length : to;
        add8(0x81), add16(START + from), add16(length - from);
        for (uint32_t i = from; i < length; i++) enter(i), add8(newProgram.bytes[i] = (uint8_t)next());
    }
    return header;
}

/* Groups over whole segments, the first upwards from the header. */
static uint8_t *makeRebuild(uint32_t length) {
    uint32_t from = HEADER;
    uint8_t *header = NULL;
    while (from < length) {
        int isDown = header != NULL && below(2);
        uint32_t end = (from / SEGMENT + 1 + below(12)) * SEGMENT;
        if (end > length) end = length;
        uint32_t edge = isDown ? end : from;
        add8(isDown ? 0x11 : 0x10), add16(START + edge);
        if (header == NULL) {
            add8(0x13), add8(16);
            header = at;
            at += 16;
            enter(HEADER);
            edge += 16;
        }
        while (isDown ? edge > from : edge < end) {
            uint32_t count = 1 + below(below(3) ? 700 : 20);
            uint32_t left = isDown ? edge - from : end - edge;
            if (count > left) count = left;
            int isCopy = below(4) != 0;
            int isArea = oldProgram.areaBytes > count && below(4) == 0;
            uint32_t source = isArea ? AREA + below(oldProgram.areaBytes - count) : START + 0x30 + below(oldProgram.length - 0x30 - count);
            if (isDown) edge -= count;
            uint32_t isWide = addCommand(isCopy ? 0x12 : 0x13, count);
            if (isCopy) add16(source);
            addLength(isWide, count);
            for (uint32_t i = 0; i < count; i++) {
                uint32_t n = isDown ? count - 1 - i : i;
                enter(edge + n);
                uint8_t byte = isCopy ? sourceByte(source + n) : (uint8_t)next();
                newProgram.bytes[edge + n] = byte;
                if (!isCopy) at[n] = byte;
            }
            if (!isCopy) at += count;
            if (!isDown) edge += count;
        }
        from = end;
        /* Some of what is old stays. */
        if (below(3) == 0 && from + SEGMENT < oldProgram.length && oldProgram.length >= length) from += SEGMENT;
    }
    newProgram.areaBytes = 0;
    return header;
}

static uint8_t *makeDeluge(uint32_t length) {
    for (uint32_t i = 0x30; i < length; i++) newProgram.bytes[i] = (uint8_t)next();
    add16(length);
    uint8_t *image = at;
    at += length;
    for (uint32_t i = below(900); i != 0; i--) add8(next());
    newProgram.areaBytes = 0;
    return image;
}

static void changeSome(uint32_t length) {
    for (uint32_t i = oldProgram.length; i < length; i++) newProgram.bytes[i] = (uint8_t)next();
    for (uint32_t n = below(12); n != 0; n--) {
        uint32_t count = 1 + below(60), to = 0x30 + below(length - 0x30 - count);
        while (count-- != 0) newProgram.bytes[to + count] = (uint8_t)next();
    }
}
static int isSame(uint32_t to) { return to + 8 <= newProgram.baseBytes && to + 8 <= oldProgram.baseBytes && memcmp(newProgram.base + to, oldProgram.base + to, 8) == 0; }
/* Copies what lies at the same place in both base files, adds the rest. */
static void addR2(void) {
    makeBase(&newProgram);
    add16(newProgram.baseBytes), add16(crc16Of(0xFFFF, newProgram.base, newProgram.baseBytes));
    for (uint32_t to = 0; to < newProgram.baseBytes;) {
        uint32_t from = to;
        int isCopy = isSame(to);
        while (to < newProgram.baseBytes && isSame(to) == isCopy) to++;
        add8((uint32_t)isCopy), add16(to - from);
        if (isCopy) add16(from);
        else memcpy(at, newProgram.base + from, to - from), at += to - from;
    }
}

void sealFile(void) { put16(file + fileLength - 2, crc16Of(0xFFFF, file, fileLength - 2)); }

void makeFile(Kind kind, uint32_t length, int isClearing) {
    newProgram = oldProgram;
    newProgram.length = length;
    memset(writtenAt, 0, sizeof writtenAt);
    inWork = 99;
    at = file + 18;
    uint8_t *fill = NULL;
    if (kind == R2) changeSome(length);
    else fill = kind == DELUGE ? makeDeluge(length) : kind == IN_SITU ? makeInSitu(length, isClearing) : makeRebuild(length);
    char version[5] = "2.00";
    version[3] = (char)('0' + below(10));
    seal(&newProgram, version);
    if (kind == DELUGE) memcpy(fill, newProgram.bytes, length);
    else if (kind == R2) addR2();
    else memcpy(fill, newProgram.bytes + HEADER, 16);
    uint16_t areaBefore = crc16Of(0xFFFF, oldProgram.area, oldProgram.areaBytes);
    file[0] = 'E', file[1] = (uint8_t)kind;
    put16(file + 2, kind == DELUGE ? 0 : oldProgram.length);
    put16(file + 4, kind == DELUGE ? 0 : crc16Of(0xFFFF, oldProgram.bytes, oldProgram.length));
    put16(file + 6, length), put16(file + 8, crc16Of(0xFFFF, newProgram.bytes, length));
    put16(file + 10, areaBefore);
    put16(file + 12, newProgram.areaBytes);
    put16(file + 14, crc16Of(0xFFFF, newProgram.area, newProgram.areaBytes));
    put16(file + 16, (uint32_t)(at - file - 18));
    fileLength = (uint32_t)(at - file) + 2;
    sealFile();
}
