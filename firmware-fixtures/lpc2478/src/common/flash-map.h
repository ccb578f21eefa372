/* Where everything lies in the flash of the terminal, and the shape of what lies there.
   Source: UM10237, table of sectors; the layout is this terminal's own (README.md beside the sources). */
#ifndef FLASH_MAP_H
#define FLASH_MAP_H

#include <stdint.h>

#define LINE_BYTES 16u
#define PAGE_BYTES 256u

#define APP_BASE 0x2000u
#define APP_LIMIT 0x38000u
#define APP_FIRST_SECTOR 2u

/* Staging: data slots, and one directory line for each slot. */
#define SLOT_BASE 0x38000u
#define SLOT_COUNT 1024u
#define SLOT_FIRST_SECTOR 14u
#define SLOTS_PER_SECTOR 128u
#define DIRECTORY_BASE 0x78000u
#define DIRECTORY_FIRST_SECTOR 22u
#define RECORDS_PER_SECTOR 256u

/* Journal: two sectors, entries of two lines (record, flag). */
#define JOURNAL_FIRST_SECTOR 26u
#define JOURNAL_BASE 0x7C000u
#define JOURNAL_SECTOR_BYTES 0x1000u
#define JOURNAL_ENTRIES 128u
#define ENTRY_BYTES 32u

/* The paper's start flag. */
#define FLAG_RUN 0xAAAAAAAAu
#define FLAG_COPY 0x55555555u
#define ERASED_WORD 0xFFFFFFFFu

/* Program header, at 0x2020 in every application image. */
#define HEADER_OFFSET 0x20u
#define HEADER_MAGIC 0x314D5254u /* "TRM1" */
#define HEADER_CRC_OFFSET (HEADER_OFFSET + 8u)

typedef struct {
    uint32_t magic;
    uint32_t length;
    uint32_t crc;
    uint8_t version[4];
    uint8_t free[16];
} ProgramHeader;

static inline uint32_t sectorOf(uint32_t address) {
    if (address < 0x8000u) return address >> 12;
    if (address < 0x78000u) return 7u + (address >> 15);
    return 22u + ((address - 0x78000u) >> 12);
}

#endif
