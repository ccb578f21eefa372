/* Waits 100 ms by reading the counter of Timer0 in a loop, then sets P2.0; then 100 ms more by reading the
 * value of the watchdog, which on its 32 kHz clock stays the same for many rounds, and sets P2.1. */
#include "lpc.h"

int main(void) {
  FIO(2, 0x00) = 3;
  FIO(2, 0x1C) = 3;
  T0(0x0C) = 999;
  T0(0x04) = 1;
  while (T0(0x08) < 100) {}
  FIO(2, 0x18) = 1;
  WD(0x10) = 2;
  WD(4) = 2000;
  WD(0) = 1;
  WD(8) = 0xAA;
  WD(8) = 0x55;
  while (WD(0x0C) > 2000 - 819) {}
  FIO(2, 0x18) = 2;
  for (;;) {}
}
