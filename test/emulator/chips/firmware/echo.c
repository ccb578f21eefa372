/* Interrupts, UART and timer together: UART1 (8E1) echoes what it gets, from its interrupt; Timer0 makes a
 * millisecond interrupt that counts, blinks P1.20 and every 10 ms prints the count on UART0; the main
 * program sleeps in idle mode and hashes the RAM it owns. */
#include "lpc.h"

static volatile uint32_t ticks;
static volatile uint32_t hash = 2166136261u;
static uint8_t history[512];

static void pll_72mhz(void) {
  SCS = 0x20 | 1;
  while (!(SCS & 0x40)) {}
  CLKSRCSEL = 1;
  PLLCFG = 11;
  PLLFEED = 0xAA, PLLFEED = 0x55;
  PLLCON = 1;
  PLLFEED = 0xAA, PLLFEED = 0x55;
  CCLKCFG = 3;
  while (!(PLLSTAT & (1u << 26))) {}
  PLLCON = 3;
  PLLFEED = 0xAA, PLLFEED = 0x55;
  while (!(PLLSTAT & (1u << 25))) {}
  MAMCR = 0;
  MAMTIM = 4;
  MAMCR = 2;
}

static void uart_init(int n, int lcr) {
  UART(n, 0x0C) = 0x80 | lcr;
  UART(n, 0x00) = 6;
  UART(n, 0x04) = 0;
  UART(n, 0x28) = 0x85;
  UART(n, 0x0C) = lcr;
  UART(n, 0x08) = 0x87;
}

static void put(char c) {
  while (!(UART(0, 0x14) & 0x20)) {}
  UART(0, 0x00) = c;
}

__attribute__((interrupt("IRQ"))) static void on_timer(void) {
  T0(0x00) = 1;
  ticks++;
  FIO(1, (ticks & 1) ? 0x18 : 0x1C) = 1u << 20;
  VIC(0xF00) = 0;
}

__attribute__((interrupt("IRQ"))) static void on_uart1(void) {
  uint32_t iir;
  while (!((iir = UART(1, 0x08)) & 1)) {
    while (UART(1, 0x14) & 1) {
      uint8_t c = UART(1, 0x00);
      hash = (hash ^ c) * 16777619u;
      UART(1, 0x00) = c ^ 0x20;
    }
    if ((iir & 0xE) == 2) break;
  }
  VIC(0xF00) = 0;
}

int main(void) {
  pll_72mhz();
  PINSEL0 = (1u << 4) | (1u << 6) | (1u << 30);
  PINSEL1 = 1u;
  uart_init(0, 0x03);
  uart_init(1, 0x1B);
  FIO(1, 0x00) = 1u << 20;
  VIC(0x100 + 4 * 4) = (uint32_t)on_timer;
  VIC(0x200 + 4 * 4) = 5;
  VIC(0x100 + 4 * 7) = (uint32_t)on_uart1;
  VIC(0x200 + 4 * 7) = 3;
  VIC(0x010) = (1u << 4) | (1u << 7);
  UART(1, 0x04) = 1;
  T0(0x18) = 17999;
  T0(0x14) = 3;
  T0(0x04) = 1;
  __asm volatile("msr cpsr_c, #0x1f");
  uint32_t printed = 0;
  for (;;) {
    uint32_t now = ticks;
    history[now & 511] ^= (uint8_t)(hash >> (now & 24));
    if (now - printed >= 10) {
      printed = now;
      put('t');
      put('0' + now / 10 % 10);
      put('\n');
    }
    PCON = 1;
  }
}
