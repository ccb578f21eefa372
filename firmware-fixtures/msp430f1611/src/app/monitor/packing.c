#include "packing.h"

Writer writerOn(uint8_t *bytes, uint8_t room) { return (Writer){.bytes = bytes, .used = 0, .room = room}; }

uint8_t roomLeft(const Writer *writer) { return writer->room - writer->used; }

void write8(Writer *writer, uint8_t value) {
    if (writer->used >= writer->room) writer->isFull = true;
    else writer->bytes[writer->used++] = value;
}
void write16(Writer *writer, uint16_t value) {
    write8(writer, value >> 8);
    write8(writer, (uint8_t)value);
}
void write32(Writer *writer, uint32_t value) {
    write16(writer, (uint16_t)(value >> 16));
    write16(writer, (uint16_t)value);
}

Reader readerOn(const uint8_t *bytes, uint8_t count) { return (Reader){.bytes = bytes, .left = count}; }

uint8_t read8(Reader *reader) {
    if (reader->left == 0) {
        reader->isShort = true;
        return 0;
    }
    reader->left--;
    return *reader->bytes++;
}
uint16_t read16(Reader *reader) {
    uint16_t high = read8(reader);
    return high << 8 | read8(reader);
}
uint32_t read32(Reader *reader) {
    uint32_t high = read16(reader);
    return high << 16 | read16(reader);
}
