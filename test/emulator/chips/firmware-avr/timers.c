/* Runs timers 0 and 1 through their modes and keeps what the CPU sees of them: counts and flags after waits of
   known length. The results stand in `seen` when the CPU reaches `done`; no interrupt is used. */
#include <avr/io.h>
#include <stdint.h>

volatile uint8_t seen[1536];
static volatile uint8_t *next = seen;

static void keep(uint8_t byte) { *next++ = byte; }

static void __attribute__((noinline)) wait(uint8_t loops)
{
  while (loops--) __asm__ volatile("nop");
}

static void timer0(uint8_t mode, uint8_t clock, uint8_t compare)
{
  TCCR0B = 0;
  TCCR0A = mode & 3;
  TCNT0 = 0;
  OCR0A = compare;
  OCR0B = 40;
  TIFR0 = 7;
  GTCCR = _BV(PSRSYNC);
  TCCR0B = (mode & 4) << 1 | clock;
  for (uint8_t i = 0; i < 4; i++) {
    keep(TCNT0);
    keep(TIFR0);
    wait(20 + 13 * i);
    if (i == 1) TIFR0 = 7;
  }
}

static void timer1(uint8_t mode, uint8_t clock, uint16_t top)
{
  TCCR1B = 0;
  TCCR1A = mode & 3;
  TCCR1B = (mode & 12) << 1;
  TCNT1 = 0;
  ICR1 = top;
  OCR1A = top;
  OCR1B = 77;
  TIFR1 = 0x2f;
  GTCCR = _BV(PSRSYNC);
  TCCR1B = (mode & 12) << 1 | clock;
  for (uint8_t i = 0; i < 4; i++) {
    uint16_t count = TCNT1;
    keep(count);
    keep(count >> 8);
    keep(TIFR1);
    wait(30 + 17 * i);
    if (i == 2) TIFR1 = 0x2f;
  }
}

int main(void)
{
  static const uint8_t modes0[] = {0, 1, 2, 3, 5, 7};
  static const uint8_t modes1[] = {0, 1, 4, 5, 6, 8, 9, 10, 11, 12, 14, 15};
  for (uint8_t m = 0; m < sizeof modes0; m++)
    for (uint8_t clock = 1; clock <= 3; clock++) timer0(modes0[m], clock, 99);
  for (uint8_t m = 0; m < sizeof modes1; m++)
    for (uint8_t clock = 1; clock <= 3; clock++) timer1(modes1[m], clock, 150);
  __asm__ volatile("done: rjmp done" ::: "memory");
  __builtin_unreachable();
}
