/* Source: CC2420 data sheet SWRS041, "Configuration Overview", "RF Data Buffering"; channel as applications have it. */
#include "radio.h"

#include "msp430f1611.h"
#include "spi.h"

#define SELECT 0x04 /* P4.2 */
#define SUPPLY 0x20 /* P4.5 */
#define RESET 0x40  /* P4.6 */
#define FIFOP 0x01  /* P1.0 */
#define FIFO 0x08   /* P1.3 */

#define SNOP 0x00
#define SXOSCON 0x01
#define SRXON 0x03
#define STXONCCA 0x05
#define SFLUSHRX 0x08
#define SFLUSHTX 0x09
#define TXFIFO 0x3E
#define RXFIFO_READ 0x7F
#define OSCILLATES 0x40
#define SENDS 0x08

#define GOOD_CHECK 0x80
#define MILLISECOND 4000u
#define TRIES 4096u /* of 8 us and more */

/* Register, value. */
static const uint8_t settings[][3] = {
    {0x11, 0x02, 0xE2}, /* MDMCTRL0: no address recognition, automatic CRC */
    {0x12, 0x05, 0x00}, /* MDMCTRL1 */
    {0x17, 0x2A, 0x56}, /* RXCTRL1 */
    {0x18, 0x41, 0xB0}, /* FSCTRL: channel 26 */
    {0x19, 0x01, 0xC4}, /* SECCTRL0 */
    {0x1C, 0x00, 0x7F}, /* IOCFG0: FIFOP when a whole frame is there */
};

static uint8_t isOurs;

static void begin(uint8_t command) {
    P4OUT &= (uint8_t)~SELECT;
    spiExchange(command);
}
static void finish(void) { P4OUT |= SELECT; }
static void strobe(uint8_t command) {
    begin(command);
    finish();
}
static uint8_t status(void) {
    P4OUT &= (uint8_t)~SELECT;
    uint8_t bits = spiExchange(SNOP);
    finish();
    return bits;
}
static void waitFor(uint8_t bit, uint8_t goal) {
    for (uint16_t tries = TRIES; tries != 0 && (status() & bit) != goal; tries--) {}
}
static void waitMillisecond(void) {
    for (uint16_t i = MILLISECOND / 3u; i != 0; i--) __asm__ volatile("");
}

void radioStart(void) {
    isOurs = 1;
    P1IE &= (uint8_t)~FIFOP;
    P4OUT &= (uint8_t)~RESET;
    P4OUT |= SUPPLY;
    waitMillisecond();
    P4OUT |= RESET;
    waitMillisecond();
    strobe(SXOSCON);
    waitFor(OSCILLATES, OSCILLATES);
    for (uint8_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        begin(settings[i][0]);
        spiExchange(settings[i][1]);
        spiExchange(settings[i][2]);
        finish();
    }
    strobe(SRXON);
}

void radioStartIfFree(void) {
    if (!(P4OUT & SUPPLY)) radioStart();
}

/* An application that uses the radio after all waits for its interrupt. */
uint8_t radioHas(void) { return isOurs && !(P1IE & FIFOP) && (P1IN & FIFOP); }

uint8_t radioTake(uint8_t *frame) {
    uint8_t length = 0;
    /* FIFOP without FIFO: it has overflowed. */
    if (P1IN & FIFO) {
        begin(RXFIFO_READ);
        length = spiExchange(0) & RADIO_FRAME_MAX;
        *frame = length;
        for (uint8_t i = length; i != 0; i--) *++frame = spiExchange(0);
        finish();
    }
    if (length != 0 && (*frame & GOOD_CHECK)) return 1;
    strobe(SFLUSHRX);
    strobe(SFLUSHRX);
    return 0;
}

void radioSend(const uint8_t *frame) {
    uint8_t count = *frame + 1u - RADIO_CHECK_BYTES;
    strobe(SFLUSHTX);
    begin(TXFIFO);
    while (count-- != 0) spiExchange(*frame++);
    finish();
    for (uint16_t tries = TRIES; tries != 0; tries--) {
        strobe(STXONCCA);
        if (status() & SENDS) break;
    }
    waitFor(SENDS, 0);
}
