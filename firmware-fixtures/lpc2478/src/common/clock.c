/* Clock and UART set-up shared by loader and application.
   Source: UM10237, chapters "Clocking and power control" (PLL set-up sequence), "Memory accelerator
   module" and "UART0/2/3" (fractional divider). */
#include "clock.h"

#include "lpc2478.h"

static void pllFeed(void) {
    PLLFEED = 0xAA;
    PLLFEED = 0x55;
}

static void pllDisconnect(void) {
    if ((PLLSTAT & PLLSTAT_PLLC) != 0) {
        PLLCON = PLLCON_PLLE;
        pllFeed();
    }
    PLLCON = 0;
    pllFeed();
}

void clockStart(void) {
    MEMMAP = 1;
    if ((PLLSTAT & PLLSTAT_PLLC) != 0 && CLKSRCSEL == 1 && CCLKCFG == 3) return;
    pllDisconnect();
    SCS |= SCS_OSCEN;
    while ((SCS & SCS_OSCSTAT) == 0) {
    }
    CLKSRCSEL = 1;
    PLLCFG = 12 - 1; /* M = 12, N = 1: FCCO = 2 * 12 * 12 MHz = 288 MHz */
    pllFeed();
    PLLCON = PLLCON_PLLE;
    pllFeed();
    CCLKCFG = 4 - 1; /* 72 MHz */
    while ((PLLSTAT & PLLSTAT_PLOCK) == 0) {
    }
    MAMCR = 0;
    MAMTIM = 4;
    MAMCR = 2;
    PLLCON = PLLCON_PLLE | PLLCON_PLLC;
    pllFeed();
    while ((PLLSTAT & PLLSTAT_PLLC) == 0) {
    }
}

void clockStop(void) {
    MAMCR = 0;
    pllDisconnect();
    CCLKCFG = 0;
    CLKSRCSEL = 0;
}

void uartStart(unsigned base, unsigned lineControl, unsigned fifoControl) {
    if (base == UART0_BASE) PINSEL0 = (PINSEL0 & ~0xF0u) | 0x50u; /* P0.2 TXD0, P0.3 RXD0 */
    if (base == UART1_BASE) {
        PINSEL0 = (PINSEL0 & ~0xC0000000u) | 0x40000000u; /* P0.15 TXD1 */
        PINSEL1 = (PINSEL1 & ~0x3u) | 0x1u;               /* P0.16 RXD1 */
    }
    ULCR(base) = lineControl | ULCR_DLAB;
    UDLM(base) = 0;
    UDLL(base) = 8;
    UFDR(base) = (9u << 4) | 2u;
    ULCR(base) = lineControl;
    UFCR(base) = fifoControl;
}

void uartPutPolled(unsigned base, const char *text) {
    while (*text != 0) {
        while ((ULSR(base) & ULSR_THRE) == 0) {
        }
        UTHR(base) = (unsigned char)*text++;
    }
    while ((ULSR(base) & ULSR_TEMT) == 0) {
    }
}
