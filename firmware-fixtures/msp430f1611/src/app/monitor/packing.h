/* Numbers into payloads and out of them, most significant byte first. */
#ifndef PACKING_H
#define PACKING_H
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint8_t *bytes;
    uint8_t used, room;
    bool isFull; /* something did not fit */
} Writer;

typedef struct {
    const uint8_t *bytes;
    uint8_t left;
    bool isShort; /* something was not there; it was read as 0 */
} Reader;

Writer writerOn(uint8_t *bytes, uint8_t room);
void write8(Writer *writer, uint8_t value);
void write16(Writer *writer, uint16_t value);
void write32(Writer *writer, uint32_t value);
uint8_t roomLeft(const Writer *writer);

Reader readerOn(const uint8_t *bytes, uint8_t count);
uint8_t read8(Reader *reader);
uint16_t read16(Reader *reader);
uint32_t read32(Reader *reader);

#endif
