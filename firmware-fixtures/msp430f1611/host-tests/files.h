/* Images, and files that change them: made at random here, without the planner. */
#ifndef FILES_H
#define FILES_H

#include <stdint.h>

#define MAX_FILE 0xFF00u

typedef struct {
    uint8_t bytes[0x9000];
    uint32_t length;
    uint8_t area[0x0C00];
    uint32_t areaBytes;
    uint8_t base[0xFF00]; /* base file of R2 */
    uint32_t baseBytes;
} Program;

extern Program oldProgram, newProgram;
extern uint8_t file[MAX_FILE];
extern uint32_t fileLength;

typedef enum { DELUGE = 1, R2 = 2, IN_SITU = 3, REBUILD = 4 } Kind;

uint16_t crc16Of(uint16_t crc, const uint8_t *bytes, uint32_t count);
void makeOld(uint32_t length);
/* The slot that the factory fills, with its header. @returns its bytes. */
uint32_t factorySlot(uint8_t *slot);
/* From oldProgram. @param isClearing in situ: all bytes only clear bits, where they can. */
void makeFile(Kind kind, uint32_t length, int isClearing);
/* The file's own CRC again, after its bytes were changed. */
void sealFile(void);

#endif
