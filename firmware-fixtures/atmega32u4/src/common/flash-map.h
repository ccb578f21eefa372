/* Flash of the node, and what agent and application agree on. Source: README.md, "Flash" and "Header". */
#ifndef FLASH_MAP_H
#define FLASH_MAP_H

#include <stdint.h>

#define PAGE_BYTES 128u
#define LOG_PAGE 222u /* and 223 */
#define SPARES_MIN 4u

/* Behind the 43 vectors of four bytes each. Length and CRC are filled in after linking (build.mjs). */
#define HEADER_AT 0x00B0u
#define HEADER_MAGIC 0x444Eu /* the bytes 4E 44, "ND" */
typedef struct {
    uint16_t magic;
    uint16_t length; /* of the image, from 0 */
    uint8_t reserved[6];
    uint8_t version[4];
    uint16_t crc; /* CRC-16 of the image without this field */
} ProgramHeader;
#define HEADER_VERSION_AT (HEADER_AT + 10u)
#define HEADER_CRC_AT (HEADER_AT + 14u)

/* GPIOR0 to 2 when the application hands over: the station has authenticated itself (AFN 06). */
#define HANDOVER0 0x4Fu
#define HANDOVER1 0x50u
#define HANDOVER2 0x4Eu
#define AGENT_AT 0x7000u

#endif
