/* No interrupts: waits in a loop for a character on UART0 (8N1) and answers it twice; counts in the battery
 * RAM how often it started. */
#include "lpc.h"

int main(void) {
  REG(0xE0084000) += 1;
  PINSEL0 = (1u << 4) | (1u << 6);
  /* 4 MHz / 1: 16 * 1 * (1 + 7/8 ...) has no exact 115200; 9600 by 26 is near enough. */
  PCLKSEL0 = 1u << 6;
  UART(0, 0x0C) = 0x83;
  UART(0, 0x00) = 26;
  UART(0, 0x04) = 0;
  UART(0, 0x0C) = 0x03;
  UART(0, 0x08) = 0x01;
  for (;;) {
    while (!(UART(0, 0x14) & 1)) {}
    uint8_t c = UART(0, 0x00);
    while (!(UART(0, 0x14) & 0x20)) {}
    UART(0, 0x00) = c;
    UART(0, 0x00) = c;
    if (c == '!') {
      WD(4) = 1000;
      WD(0) = 3;
      WD(8) = 0xAA;
      WD(8) = 0x55;
    }
  }
}
