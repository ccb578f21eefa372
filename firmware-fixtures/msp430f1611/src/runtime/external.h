/* External flash: 4,096 pages of 256 bytes, erased in sectors of 256 pages. Each call is over when it returns. */
#ifndef EXTERNAL_H
#define EXTERNAL_H

#include <stdint.h>

#define EXTERNAL_PAGES 4096u
#define EXTERNAL_PAGE_BYTES 256u
#define SECTOR_PAGES 256u

/* From `offset` behind the page's first byte, which may lie in a later page. */
void externalRead(uint16_t page, uint16_t offset, void *to, uint16_t count);
/* Within one page. Programming only clears bits. */
void externalProgram(uint16_t page, uint8_t offset, const void *from, uint16_t count);
/* The sector that begins with this page. */
void externalErase(uint16_t page);

/* Programs and reads back. @returns 0 if the bytes are not there. */
uint8_t externalPut(uint16_t page, uint8_t offset, const void *from, uint16_t count);
/* Is it there already? */
uint8_t externalEquals(uint16_t page, uint8_t offset, const void *bytes, uint16_t count);
uint16_t externalCrc16(uint16_t crc, uint16_t page, uint16_t offset, uint16_t count);

#endif
