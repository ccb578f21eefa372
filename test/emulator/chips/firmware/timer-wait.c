/* Waits 100 ms by reading the counter of Timer0 in a loop, then sets P2.0. */
#include "lpc.h"

int main(void) {
  FIO(2, 0x00) = 1;
  FIO(2, 0x1C) = 1;
  T0(0x0C) = 999;
  T0(0x04) = 1;
  while (T0(0x08) < 100) {}
  FIO(2, 0x18) = 1;
  for (;;) {}
}
