/* Files from the station. Source: README.md, "Files". */
#ifndef FILE_H
#define FILE_H

#include <stdint.h>

#define FILE_MAGIC 0x45u
#define KIND_DELUGE 1u
#define KIND_R2 2u
#define KIND_IN_SITU 3u
#define KIND_REBUILD 4u
#define FILE_CRC_BYTES 2u

typedef struct {
    uint8_t magic, kind;
    uint16_t baseBytes, baseCrc;
    uint16_t imageBytes, imageCrc;
    uint16_t areaCrcBefore;
    uint16_t areaBytes, areaCrc; /* afterwards */
    uint16_t bodyBytes;
} Envelope;

/* Behind the envelope and the length of the image. */
#define DELUGE_IMAGE_AT (sizeof(Envelope) + 2u)
/* A file that fills more is not asked for: its offsets have 16 bits. */
#define FILE_MAX 0xFF00u

#endif
