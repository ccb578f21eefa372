/* Log pages 222 and 223: 8 records of 16 bytes each. A page takes records only in the power-up that erased it,
   so a good record proves the erase of its page. Source: SAFETY.md. */
#include "journal.h"

#include <string.h>

#include "crc.h"
#include "flash-map.h"
#include "flash.h"

#define LOG_AT (LOG_PAGE * PAGE_BYTES)
#define LOG_END (LOG_AT + 2u * PAGE_BYTES)
#define CHECKED_BYTES 6u
#define HALF_BYTES 8u

Record newest;
static uint16_t newestAt; /* 0: none */
static uint16_t appendAt; /* 0: not open */

static uint16_t crcOf(const Record *record, uint8_t count) {
    const uint8_t *byte = (const uint8_t *)record;
    uint16_t crc = CRC16_START;
    while (count-- != 0) crc = crc16Byte(crc, *byte++);
    return crc;
}

static uint8_t isGood(const Record *record) {
    const uint8_t *byte = (const uint8_t *)record;
    for (uint8_t i = 0; i < HALF_BYTES; i++, byte++) {
        if ((*byte ^ byte[HALF_BYTES]) != 0xFF) return 0;
    }
    return crcOf(record, HALF_BYTES) == 0;
}

void journalLoad(void) {
    Record record;
    appendAt = 0;
    newestAt = 0;
    newest.page = STATE_IDLE;
    for (uint16_t at = LOG_AT; at != LOG_END; at += RECORD_BYTES) {
        /* Read once, then judged: a weak cell may read differently the next time. */
        flashRead(at, &record, RECORD_BYTES);
        if (!isGood(&record)) continue;
        if (newestAt != 0 && (int8_t)(record.sequence - newest.sequence) <= 0) continue;
        newest = record;
        newestAt = at;
    }
}

static void program(uint16_t at) {
    static uint8_t line[PAGE_BYTES];
    memset(line, 0xFF, sizeof line);
    memcpy(line + (at & (PAGE_BYTES - 1u)), &newest, RECORD_BYTES);
    flashProgram(at & ~(PAGE_BYTES - 1u), line);
}

/* The other page than that of `at`, erased. */
static void turn(uint16_t at) {
    appendAt = (at & ~(PAGE_BYTES - 1u)) ^ PAGE_BYTES;
    flashErase(appendAt);
}

static void start(void) {
    if (appendAt != 0) return;
    /* It may have been in flight when the supply failed: the same bits again make it strong. */
    if (newestAt != 0) program(newestAt);
    /* Records behind it may be half there: they are left to the page's next erase. */
    turn(newestAt != 0 ? newestAt : LOG_AT);
    /* A half record of the next number may come to life again: its number is never used twice. */
    newest.sequence++;
}

void journalAppend(uint8_t page) {
    uint8_t *byte = (uint8_t *)&newest;
    start();
    newest.sequence++;
    newest.page = page;
    newest.crc = crcOf(&newest, CHECKED_BYTES);
    for (uint8_t i = 0; i < HALF_BYTES; i++, byte++) byte[HALF_BYTES] = (uint8_t)~*byte;
    program(appendAt);
    appendAt += RECORD_BYTES;
    /* Full: the other page holds only older ones. */
    if ((appendAt & (PAGE_BYTES - 1u)) == 0) turn(appendAt - 1u);
}
