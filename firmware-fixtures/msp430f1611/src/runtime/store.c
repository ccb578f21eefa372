#include "store.h"

#include "external.h"
#include "records.h"

#define RING_PAGES (STORE_END_PAGE - STORE_FIRST_PAGE)

uint16_t storeReserve(uint16_t pages) {
    uint16_t first = newest.head;
    if (first + pages > STORE_END_PAGE) first = STORE_FIRST_PAGE;
    for (uint16_t page = first; page != first + pages; page++) {
        if (page % SECTOR_PAGES == 0) externalErase(page);
    }
    newest.head = first + pages;
    return recordAppend() ? first : 0;
}

uint16_t storeRoom(void) {
    if (newest.bundle == 0) return RING_PAGES;
    uint16_t ahead = newest.bundle - newest.head;
    return newest.bundle >= newest.head ? ahead : ahead + RING_PAGES;
}
