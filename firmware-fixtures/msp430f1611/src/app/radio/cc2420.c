#include "cc2420.h"

#include "board.h"
#include "msp430f1611.h"
#include "spi.h"

#define READ 0x40
#define RAM_ACCESS 0x80

static void selectRadio(void) { P4OUT &= (uint8_t)~RADIO_SELECT; }
static void deselectRadio(void) { P4OUT |= RADIO_SELECT; }

static uint8_t beginAccess(uint8_t address) {
    selectRadio();
    return exchangeByte(address);
}

uint8_t strobe(uint8_t command) {
    uint8_t status = beginAccess(command);
    deselectRadio();
    return status;
}

uint8_t radioStatus(void) { return strobe(SNOP); }

uint8_t writeRegister(uint8_t at, uint16_t value) {
    uint8_t status = beginAccess(at);
    exchangeByte(value >> 8);
    exchangeByte((uint8_t)value);
    deselectRadio();
    return status;
}

uint16_t readRegister(uint8_t at) {
    beginAccess(at | READ);
    uint16_t value = (uint16_t)exchangeByte(0) << 8;
    value |= exchangeByte(0);
    deselectRadio();
    return value;
}

/* Bits 6:0 of the address, then its bits 8:7 in bits 7:6; the RAM has its low byte first. */
void writeRadioRam(uint16_t at, uint16_t value) {
    beginAccess((uint8_t)at | RAM_ACCESS);
    exchangeByte((uint8_t)(at >> 1) & 0xC0);
    exchangeByte((uint8_t)value);
    exchangeByte(value >> 8);
    deselectRadio();
}

void writeTxFifo(const uint8_t *bytes, uint8_t count) {
    beginAccess(TXFIFO);
    for (uint8_t i = 0; i < count; i++) exchangeByte(bytes[i]);
    deselectRadio();
}

uint8_t readRxLength(void) {
    uint8_t length;
    readRxFifo(&length, 1);
    return length & 0x7F;
}

void readRxFifo(uint8_t *bytes, uint8_t count) {
    beginAccess(RXFIFO | READ);
    for (uint8_t i = 0; i < count; i++) bytes[i] = exchangeByte(0);
    deselectRadio();
}

void dropRxBytes(uint8_t count) {
    beginAccess(RXFIFO | READ);
    while (count-- > 0) exchangeByte(0);
    deselectRadio();
}

bool isFifop(void) { return (P1IN & FIFOP_PIN) != 0; }
bool isFifo(void) { return (P1IN & FIFO_PIN) != 0; }
bool isSfd(void) { return (P4IN & SFD_PIN) != 0; }
