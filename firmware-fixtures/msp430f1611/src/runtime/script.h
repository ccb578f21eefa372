/* The commands of in situ scripts and rebuilds. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdint.h>

/* Offset in the file. */
void scriptRead(uint16_t offset, void *to, uint16_t count);
/* Runs the body of the file at `page` once. While it counts, the ifunction area stays as it is; its bytes in use are
   left in bundle.areaBytes. @returns 0 if a command is wrong or there is no room. */
uint8_t scriptRun(uint16_t page, uint16_t bodyBytes, uint8_t isRebuild, uint8_t isCounting, uint16_t areaBytes);

#endif
