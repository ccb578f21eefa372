/* New contents of segments, put together from what flash and external flash hold, one in RAM at a time.
   Flash itself is not changed: what was put together stands for it from then on. */
#ifndef COMPOSE_H
#define COMPOSE_H

#include <stdint.h>

/* `count` only notes which segments change; then the bundle's pages can be asked for. */
void composeCount(void);
/* @param page where the first segment goes. */
void composeInto(uint16_t page);

typedef enum { FROM_FILE, FROM_MEMORY, FROM_CODE } Source;
/* An instruction or two, for FROM_CODE. */
extern uint8_t composeCode[4];
/* Puts `count` bytes to `at`, segment after segment. A segment that was left cannot be gone back to.
   @param from offset in the file; address in flash or area; offset in composeCode.
   @param isDown begins with the highest segment. @returns 0 if it must not be, or external flash fails. */
uint8_t composePlace(Source source, uint16_t from, uint16_t at, uint16_t count, uint8_t isDown);
/* Ends the segment in work. */
uint8_t composeFinish(void);
/* The image as it will be. */
void composedImage(uint16_t at, void *to, uint16_t count);

#endif
