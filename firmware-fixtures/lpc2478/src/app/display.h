/* Display pages: four lines of twenty characters each. */
#ifndef DISPLAY_H
#define DISPLAY_H

#include "text.h"

#define DISPLAY_LINES 4u
#define DISPLAY_COLUMNS 20u

uint32_t displayPages(void);
/* Once a second: moves on to the next page when its time is over. */
void displaySecond(void);
uint32_t displayPage(void);
void displayShow(uint32_t page);
/* Line 0..3 of the page that is shown, without trailing spaces. */
void displayLine(uint32_t line, Text *text);

#endif
