#include "sht11.h"

#include "board.h"
#include "msp430f1611.h"
#include "wait.h"

#define COMMAND_CRC_START 0 /* of the status register after reset */
#define RESET_CLOCKS 9

static uint8_t crc;

static void clockHigh(void) {
    waitUs(1);
    P1OUT |= SHT11_CLOCK;
    waitUs(1);
}
static void clockLow(void) {
    P1OUT &= (uint8_t)~SHT11_CLOCK;
    waitUs(1);
}
/* The line is pulled up: high is an input. */
static void letDataGo(void) { P1DIR &= (uint8_t)~SHT11_DATA; }
static void pullDataLow(void) {
    P1OUT &= (uint8_t)~SHT11_DATA;
    P1DIR |= SHT11_DATA;
}
static bool isDataHigh(void) { return (P1IN & SHT11_DATA) != 0; }

/* x^8 + x^5 + x^4 + 1, highest bit first. */
static void addToCrc(uint8_t byte) {
    crc ^= byte;
    for (uint8_t i = 0; i < 8; i++) crc = crc & 0x80 ? (uint8_t)(crc << 1) ^ 0x31 : (uint8_t)(crc << 1);
}

/* The part sends it with its bits turned round. */
static uint8_t turnRound(uint8_t byte) {
    uint8_t turned = 0;
    for (uint8_t i = 0; i < 8; i++) {
        turned = (uint8_t)(turned << 1) | (byte & 1);
        byte >>= 1;
    }
    return turned;
}

static void clockPulse(void) {
    clockHigh();
    clockLow();
}

/* More than eight clocks with the data line high end whatever was under way. */
static void resetConnection(void) {
    letDataGo();
    for (uint8_t i = 0; i < RESET_CLOCKS; i++) clockPulse();
}

static void startTransmission(void) {
    letDataGo();
    clockHigh();
    pullDataLow();
    clockLow();
    clockHigh();
    letDataGo();
    clockLow();
}

static void sendBit(bool bit) {
    if (bit) letDataGo();
    else pullDataLow();
    clockPulse();
}

static bool readAcknowledge(void) {
    letDataGo();
    clockHigh();
    bool isAcknowledged = !isDataHigh();
    clockLow();
    return isAcknowledged;
}

static bool sendCommandByte(uint8_t byte) {
    for (uint8_t mask = 0x80; mask != 0; mask >>= 1) sendBit((byte & mask) != 0);
    return readAcknowledge();
}

static bool readDataBit(void) {
    clockHigh();
    bool bit = isDataHigh();
    clockLow();
    return bit;
}

static uint8_t readDataByte(bool isLast) {
    uint8_t byte = 0;
    letDataGo();
    for (uint8_t i = 0; i < 8; i++) byte = (uint8_t)(byte << 1) | readDataBit();
    sendBit(isLast);
    letDataGo();
    return byte;
}

void sht11On(void) {
    letDataGo();
    P1OUT |= SHT11_SUPPLY;
}
void sht11Off(void) { P1OUT &= (uint8_t)~(SHT11_SUPPLY | SHT11_CLOCK); }

bool sht11Begin(uint8_t command) {
    resetConnection();
    startTransmission();
    crc = COMMAND_CRC_START;
    addToCrc(command);
    return sendCommandByte(command);
}

bool sht11IsReady(void) { return !isDataHigh(); }

bool sht11Read(uint16_t *result) {
    uint8_t high = readDataByte(false);
    uint8_t low = readDataByte(false);
    uint8_t check = readDataByte(true);
    addToCrc(high);
    addToCrc(low);
    *result = (uint16_t)high << 8 | low;
    return turnRound(check) == crc;
}
