/* One-wire bus at standard speed. Source: DS2411 data sheet, "1-Wire Signaling". */
#include "serial-number.h"

#include "board.h"
#include "msp430f1611.h"
#include "wait.h"

#define READ_ROM 0x33

static void pullLow(void) {
    P2OUT &= (uint8_t)~SERIAL_PIN;
    P2DIR |= SERIAL_PIN;
}
static void letGo(void) { P2DIR &= (uint8_t)~SERIAL_PIN; }
static bool isLineHigh(void) { return (P2IN & SERIAL_PIN) != 0; }

static bool resetBus(void) {
    pullLow();
    waitUs(500);
    letGo();
    waitUs(70);
    bool isPresent = !isLineHigh();
    waitUs(400);
    return isPresent;
}

static void writeBit(bool bit) {
    pullLow();
    waitUs(bit ? 4 : 60);
    letGo();
    waitUs(bit ? 60 : 8);
}

static bool readBit(void) {
    pullLow();
    waitUs(2);
    letGo();
    waitUs(4);
    bool bit = isLineHigh();
    waitUs(55);
    return bit;
}

static void writeWireByte(uint8_t byte) {
    for (uint8_t i = 0; i < 8; i++) writeBit((byte >> i) & 1);
}

static uint8_t readWireByte(void) {
    uint8_t byte = 0;
    for (uint8_t i = 0; i < 8; i++) {
        byte >>= 1;
        if (readBit()) byte |= 0x80;
    }
    return byte;
}

/* x^8 + x^5 + x^4 + 1, lowest bit first: 0 over all eight bytes. */
static uint8_t addToWireCrc(uint8_t crc, uint8_t byte) {
    crc ^= byte;
    for (uint8_t i = 0; i < 8; i++) crc = crc & 1 ? (crc >> 1) ^ 0x8C : crc >> 1;
    return crc;
}

static bool readRom(uint8_t *rom) {
    uint8_t crc = 0;
    if (!resetBus()) return false;
    writeWireByte(READ_ROM);
    for (uint8_t i = 0; i < SERIAL_ROM_BYTES; i++) {
        rom[i] = readWireByte();
        crc = addToWireCrc(crc, rom[i]);
    }
    return crc == 0;
}

bool readSerialNumber(uint8_t rom[SERIAL_ROM_BYTES]) {
    unsigned int wereOn = beginAtomic();
    bool isGood = readRom(rom);
    endAtomic(wereOn);
    return isGood;
}
