/* Sectors 2 to 15 of external flash: a ring of pages for files and bundles. A page is programmed by one owner between
   two erases. */
#ifndef STORE_H
#define STORE_H

#include <stdint.h>

#define STORE_FIRST_PAGE 512u

/* @returns the first of `pages` erased ones, the caller's alone, on record before they are touched; 0 if external
   flash fails. */
uint16_t storeReserve(uint16_t pages);
/* How many pages the ring may go on before it comes to that of the accepted bundle. */
uint16_t storeRoom(void);

#endif
