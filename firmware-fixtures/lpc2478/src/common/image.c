/* Check of the installed program. Source: README.md beside the sources, "Program header". */
#include "image.h"

#include "crc.h"
#include "flash.h"

int imageGood(ProgramHeader *header) {
    uint32_t words[(HEADER_OFFSET + sizeof(ProgramHeader)) / 4];
    flashRead(APP_BASE, words, sizeof words);
    uint32_t vectors = 0;
    for (uint32_t i = 0; i < 8; i++) vectors += words[i];
    flashRead(APP_BASE + HEADER_OFFSET, header, sizeof *header);
    if (vectors != 0 || header->magic != HEADER_MAGIC) return 0;
    if (header->length <= sizeof words || header->length > APP_LIMIT - APP_BASE) return 0;
    words[HEADER_CRC_OFFSET / 4] = 0;
    uint32_t crc = crc32Words(CRC32_START, words, sizeof words / 4);
    crc = flashCrc(crc, APP_BASE + sizeof words, header->length - sizeof words);
    return ~crc == header->crc;
}
