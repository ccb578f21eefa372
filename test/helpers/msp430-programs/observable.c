/* Something on every output of the Ez240: LEDs, characters, frames, flash, and what the button, the ADC and the
   host do to them. Variants by -D: each differs from the plain one in the way its name says. No .data: the
   start-up code clears .bss alone. */

#define BYTE(at) (*(volatile unsigned char *)(at))
#define WORD(at) (*(volatile unsigned *)(at))

enum { RED = 0x10, GREEN = 0x20, BLUE = 0x40 };

static volatile unsigned char ticked;
static unsigned ticks;

static void put(unsigned char byte) {
  while ((BYTE(0x03) & 0x20) == 0) {
  }
  BYTE(0x7f) = byte;
}

__attribute__((noinline)) void sendText(const char *text) {
  while (*text != 0) put(*text++);
}

__attribute__((noinline)) void toggle(unsigned char leds) { BYTE(0x31) ^= leds; }

__attribute__((noinline)) unsigned measure(void) {
  WORD(0x1a0) = 0x0010;
  WORD(0x1a0) = 0x0033;
  while ((WORD(0x1a4) & 1) == 0) {
  }
  return WORD(0x140);
}

__attribute__((noinline)) void remember(unsigned value) {
  volatile unsigned *cell = (volatile unsigned *)(0xb000 + (ticks & 0x1ff));
  WORD(0x128) = 0xa540;
  WORD(0x12c) = 0xa500;
  *cell = value;
  WORD(0x128) = 0xa500;
  WORD(0x12c) = 0xa510;
}

static unsigned char exchange(unsigned char byte) {
  BYTE(0x77) = byte;
  while ((BYTE(0x02) & 0x40) == 0) {
  }
  return BYTE(0x76);
}
static void strobe(unsigned char command) {
  BYTE(0x1d) &= ~4;
  exchange(command);
  BYTE(0x1d) |= 4;
}

__attribute__((noinline)) void startRadio(void) {
  unsigned i;
  BYTE(0x1e) |= 0x74;
  BYTE(0x1d) |= 0x74;
  for (i = 0; i < 600; i++) __asm__ volatile("nop");
  BYTE(0x1d) &= ~0x40;
  BYTE(0x1d) |= 0x40;
  strobe(0x01);
  for (i = 0; i < 600; i++) __asm__ volatile("nop");
}

__attribute__((noinline)) void sendFrame(unsigned char value) {
  unsigned char i;
  BYTE(0x1d) &= ~4;
  exchange(0x3e);
  exchange(6);
  for (i = 0; i < 4; i++) exchange(value + i);
  BYTE(0x1d) |= 4;
  strobe(0x04);
}

__attribute__((noinline)) void neverCalled(void) { sendText("never"); }

void tick(void);
__asm__(".globl tick\n"
        ".type tick,@function\n"
        "tick:\n"
        "  mov.b #1, &ticked\n"
        "  bic #0xf0, 0(r1)\n"
        "  reti\n"
        ".size tick, . - tick\n");

static void setUp(void) {
  BYTE(0x31) = RED | GREEN | BLUE;
  BYTE(0x32) = RED | GREEN | BLUE;
  /* USART1: 9600 baud, 8N1, from the crystal. */
  BYTE(0x1b) |= 0xc0;
  BYTE(0x78) = 0x11;
  BYTE(0x79) = 0x10;
  BYTE(0x7c) = 3;
  BYTE(0x7d) = 0;
  BYTE(0x7b) = 0x4a;
  BYTE(0x05) |= 0x30;
  BYTE(0x78) = 0x10;
  /* USART0: SPI from SMCLK. */
  BYTE(0x1b) |= 0x0e;
  BYTE(0x70) = 0x17;
  BYTE(0x71) = 0xb2;
  BYTE(0x74) = 2;
  BYTE(0x75) = 0;
  BYTE(0x73) = 0;
  BYTE(0x04) |= 0x40;
  BYTE(0x70) = 0x16;
  /* Flash clock: SMCLK / 2. */
  WORD(0x12a) = 0xa581;
  /* A0 against the supply, or the sensor against 1.5 V. */
  WORD(0x1a2) = 0x0200;
#ifdef TEMPERATURE
  BYTE(0x80) = 0x9a;
#else
  BYTE(0x80) = 0x80;
#endif
  /* Timer_A up to CCR0 on the crystal: 8 times a second. */
  WORD(0x172) = 4095;
  WORD(0x162) = 0x10;
  WORD(0x160) = 0x0110;
}

__attribute__((noinline)) void work(void) {
  ticks++;
#ifdef SWAPPED
  if ((ticks & 7) == 0) sendText("ot");
#else
  if ((ticks & 7) == 0) sendText("to");
#endif
#ifdef OTHER_BYTE
  if (ticks == 20) sendText("!");
#endif
#ifdef OTHER_LED
  toggle(ticks > 30 ? GREEN : RED);
#else
  toggle(RED);
#endif
#ifdef SWAPPED_CHANNELS
  if ((ticks & 7) == 3) remember(ticks);
  if ((ticks & 7) == 3) toggle(GREEN);
#else
  if ((ticks & 7) == 3) toggle(GREEN);
  if ((ticks & 7) == 3) remember(ticks);
#endif
#ifdef OTHER_FLASH
  if (ticks == 27) remember(1);
#endif
  if ((ticks & 15) == 5) {
#ifdef OTHER_FRAME
    sendFrame(ticks > 30 ? 0 : ticks);
#else
    sendFrame(ticks);
#endif
  }
#ifndef WITHOUT_GREETING
  if ((ticks & 3) == 1) sendText("greeting");
#endif
  if ((BYTE(0x28) & 0x80) == 0) toggle(BLUE);
  if ((ticks & 3) == 2) put(measure() >> 4);
  if ((BYTE(0x03) & 0x10) != 0) put(BYTE(0x7e) + 1);
#ifdef RESETS
  if (ticks == 25) WORD(0x120) = 0;
#endif
}

int main(void) {
  setUp();
  startRadio();
  for (;;) {
    __asm__ volatile("bis #0xd8, r2");
    if (ticked) {
      ticked = 0;
      work();
    }
  }
}

void start(void);
__asm__(".globl start\n"
        ".type start,@function\n"
        "start:\n"
        "  mov #0x5a80, &0x120\n"
        "  mov #0x3900, r1\n"
        "  mov #0x1100, r15\n"
        "1: clr 0(r15)\n"
        "  incd r15\n"
        "  cmp #0x1200, r15\n"
        "  jne 1b\n"
        "  br #main\n"
        ".size start, . - start\n");

__attribute__((section(".vectors"), used)) void (*const vectors[16])(void) = {
    0, 0, 0, 0, 0, 0, tick, 0, 0, 0, 0, 0, 0, 0, 0, start,
};
