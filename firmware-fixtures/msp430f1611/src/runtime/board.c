/* Source: MSP430x1xx user's guide, "Basic Clock Module", "Watchdog Timer", "Timer_A"; the Ez240's pins as README.md's
   board has them. */
#include "board.h"

#include "msp430f1611.h"

#define WDTCNTCL 0x08
#define WDTSSEL 0x04 /* ACLK; 32,768 counts */
#define WDTIFG 0x01

#define DMA0CTL REG16(0x1E0)
#define DMA1CTL REG16(0x1E8)
#define DMA2CTL REG16(0x1F0)

#define XT2OFF 0x80
#define FASTEST_RSEL 7
#define EDGES 8u
#define COUNTS 977u /* 4 MHz in 8 cycles of 32,768 Hz */

#define SPI_PINS 0x0E /* P3.1 SIMO, P3.2 SOMI, P3.3 clock */
#define SPI_OUTPUTS 0x0A
#define RADIO_SELECT 0x04
#define FLASH_SELECT 0x10
#define FLASH_HOLD 0x80
#define SFD_PIN 0x02

/* SMCLK over 8 cycles of ACLK, which TACCR2 captures. */
static uint16_t countsNow(void) {
    uint16_t from = 0;
    for (uint8_t edge = 0; edge <= EDGES; edge++) {
        TACCTL2 &= ~CCIFG;
        while (!(TACCTL2 & CCIFG)) {}
        if (edge == 0) from = TACCR2;
    }
    return TACCR2 - from;
}

/* DCO and MOD together are one number; the frequency rises with it. */
static void clockStart(void) {
    uint8_t best = 0;
    BCSCTL1 = XT2OFF | FASTEST_RSEL;
    BCSCTL2 = 0;
    TACTL = TSSEL_SMCLK | MC_CONTINUOUS | TCLR;
    TACCTL2 = CM_RISING | CCIS_B | CAP;
    for (uint8_t bit = 0x80; bit != 0; bit >>= 1) {
        DCOCTL = best | bit;
        if (countsNow() <= COUNTS) best |= bit;
    }
    DCOCTL = best;
    TACCTL2 = 0;
    TACTL = 0;
}

void boardStart(void) {
    WDTCTL = WDTPW | WDTHOLD;
    IE1 = 0;
    IE2 = 0;
    DMA0CTL = 0;
    DMA1CTL = 0;
    DMA2CTL = 0;
    clockStart();
    P3SEL |= SPI_PINS;
    P3DIR |= SPI_OUTPUTS;
    P4OUT = RADIO_SELECT | FLASH_SELECT | FLASH_HOLD;
    P4SEL = 0;
    P4DIR = (uint8_t)~SFD_PIN;
    U0CTL = SWRST;
    U0CTL = CHAR | SYNC | MM | SWRST;
    U0TCTL = CKPH | SSEL_SMCLK | STC;
    U0BR0 = 2;
    U0BR1 = 0;
    U0MCTL = 0;
    ME1 |= USPIE0;
    U0CTL &= (uint8_t)~SWRST;
}

uint8_t boardWasReset(void) {
    uint8_t was = IFG1 & WDTIFG;
    IFG1 &= (uint8_t)~WDTIFG;
    return was;
}

void watchdogFeed(void) { WDTCTL = WDTPW | WDTCNTCL | WDTSSEL; }

void boardRestart(void) {
    /* Without its key. */
    WDTCTL = 0;
    for (;;) {}
}
