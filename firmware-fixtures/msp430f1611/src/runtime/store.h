/* Sectors 2 to 13 of external flash: a ring of pages for files and bundles. A page is programmed by one owner between
   two erases. */
#ifndef STORE_H
#define STORE_H

#include <stdint.h>

#include "base-file.h"

#define STORE_FIRST_PAGE 512u
#define STORE_END_PAGE SLOTS_FIRST_PAGE

/* @returns the first of `pages` erased ones, the caller's alone, on record before they are touched; 0 if external
   flash fails. */
uint16_t storeReserve(uint16_t pages);
/* How many pages the ring may go on before it comes to that of the accepted bundle. */
uint16_t storeRoom(void);

#endif
