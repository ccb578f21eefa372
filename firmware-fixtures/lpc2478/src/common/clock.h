/* Clocks: 12 MHz crystal, PLL to 72 MHz, peripherals at a quarter of it. */
#ifndef CLOCK_H
#define CLOCK_H

#define PCLK_HZ 18000000u

void clockStart(void);
/* Back to the internal oscillator, as after a reset: what the ROM's ISP expects to find. */
void clockStop(void);
/* 115200 baud from PCLK: 18 MHz / (16 * 8 * (1 + 2/9)) = 115057, 0.12 % low. */
void uartStart(unsigned base, unsigned lineControl, unsigned fifoControl);
void uartPutPolled(unsigned base, const char *text);

#endif
