/* Two sectors in turn, 2,048 records each. Within a sector a later place is a newer record; a place is touched only when
   all before it are complete, records or void, so at most the last one touched is half there. Source: SAFETY.md. */
#include "records.h"

#include <stddef.h>
#include <string.h>

#include "crc.h"
#include "external.h"
#include "store.h"

#define PLACE_BYTES 32u
#define PLACES_PER_PAGE (EXTERNAL_PAGE_BYTES / PLACE_BYTES)
#define PLACES (SECTOR_PAGES * PLACES_PER_PAGE)
#define HALF_BYTES offsetof(Record, complement)
#define CHECKED_BYTES offsetof(Record, crc)
/* Places that may fail in a row before the sector is given up. */
#define MAX_WORN 8u

Record newest;
static uint16_t sector;        /* its first page */
static uint16_t newestPlace;   /* PLACES: none */
static uint16_t nextPlace;
static uint8_t isFresh;

static uint16_t pageOf(uint16_t place) { return sector + place / PLACES_PER_PAGE; }
static uint8_t offsetOf(uint16_t place) { return (uint8_t)(place % PLACES_PER_PAGE * PLACE_BYTES); }

static void readPlace(uint16_t place, Record *to) { externalRead(pageOf(place), offsetOf(place), to, sizeof *to); }

static uint8_t isBlank(uint16_t place) {
    Record record;
    const uint8_t *byte = (const uint8_t *)&record;
    readPlace(place, &record);
    for (uint8_t i = 0; i < sizeof record; i++) {
        if (byte[i] != 0xFF) return 0;
    }
    return 1;
}

static uint8_t isGood(const Record *record) {
    const uint8_t *byte = (const uint8_t *)record;
    for (uint8_t i = 0; i < HALF_BYTES; i++) {
        if ((byte[i] ^ record->complement[i]) != 0xFF) return 0;
    }
    return crc16(CRC16_START, record, CHECKED_BYTES) == record->crc;
}

/* First place that reads blank; PLACES if none does. Behind a blank one all are. */
static uint16_t firstBlank(void) {
    uint16_t low = 0;
    uint16_t high = PLACES;
    while (low != high) {
        uint16_t middle = (low + high) / 2u;
        if (isBlank(middle)) high = middle;
        else low = middle + 1u;
    }
    return low;
}

void recordsLoad(void) {
    uint16_t bestSector = SECTOR_PAGES;
    uint16_t bestPlace = PLACES;
    uint16_t bestBlank = PLACES;
    isFresh = 0;
    memset(&newest, 0, sizeof newest);
    newest.state = STATE_IDLE;
    newest.head = STORE_FIRST_PAGE;
    for (sector = 0; sector != 2u * SECTOR_PAGES; sector += SECTOR_PAGES) {
        Record record;
        uint16_t blank = firstBlank();
        for (uint16_t place = blank; place-- != 0;) {
            /* Read once, then judged: a weak cell may read differently the next time. */
            readPlace(place, &record);
            if (!isGood(&record)) continue;
            if (bestPlace == PLACES || (int16_t)(record.sequence - newest.sequence) > 0) {
                newest = record;
                bestSector = sector;
                bestPlace = place;
                bestBlank = blank;
            }
            break;
        }
    }
    sector = bestSector;
    newestPlace = bestPlace;
    nextPlace = bestBlank;
}

static void makeVoid(uint16_t place) {
    Record zeros;
    memset(&zeros, 0, sizeof zeros);
    externalProgram(pageOf(place), offsetOf(place), &zeros, sizeof zeros);
}

/* Whatever is half there behind the newest record must neither come to life nor look blank later. A place that reads
   blank may have been touched by the last power-up: it is given up as well. */
static void settle(void) {
    if (newestPlace != PLACES) {
        for (uint16_t place = newestPlace + 1u; place <= nextPlace && place < PLACES; place++) makeVoid(place);
    }
    if (nextPlace < PLACES) nextPlace++;
    /* A half record in the full sector that came to life would have this number. */
    newest.sequence++;
}

static uint8_t append(void) {
    for (uint8_t tries = MAX_WORN; tries != 0 && nextPlace < PLACES; tries--) {
        uint16_t place = nextPlace++;
        if (externalPut(pageOf(place), offsetOf(place), &newest, sizeof newest)) {
            newestPlace = place;
            return 1;
        }
        makeVoid(place);
    }
    return 0;
}

uint8_t recordAppend(void) {
    const uint8_t *byte = (const uint8_t *)&newest;
    if (!isFresh) settle();
    newest.sequence++;
    newest.crc = crc16(CRC16_START, &newest, CHECKED_BYTES);
    for (uint8_t i = 0; i < HALF_BYTES; i++) newest.complement[i] = (uint8_t)~byte[i];
    isFresh = 1;
    if (append()) return 1;
    /* Full: the other sector holds only older ones. */
    sector ^= SECTOR_PAGES;
    externalErase(sector);
    nextPlace = 0;
    return append();
}

uint8_t recordIsFresh(void) { return isFresh; }
