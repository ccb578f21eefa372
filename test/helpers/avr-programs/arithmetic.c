/* 8, 16, 32 and 64-bit arithmetic, signed and unsigned, for the AVR lock-step: whatever the compiler makes
 * of it. Never ends; every round starts from other numbers. */

#include <stdint.h>

static volatile uint32_t sink;
static uint32_t seed = 1;

static uint32_t next(void) {
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return seed;
}

__attribute__((noinline)) static uint8_t bytes(uint8_t a, uint8_t b) {
  int8_t s = (int8_t)a;
  uint8_t r = (uint8_t)(a + b) ^ (uint8_t)(a - b) ^ (uint8_t)(a * b);
  r += (uint8_t)(s >> 2) + (a >> 3) + (uint8_t)(b << 1);
  if (s < (int8_t)b) r++;
  if (a >= b) r ^= 0x55;
  return b == 0 ? r : r + a / b + a % b + (uint8_t)(s / (int8_t)(b | 1));
}
__attribute__((noinline)) static uint16_t words(uint16_t a, uint16_t b) {
  int16_t s = (int16_t)a;
  uint16_t r = (a + b) ^ (a - b) ^ (a * b) ^ (uint16_t)(s * (int8_t)b) ^ ((uint8_t)a * (int8_t)b);
  r += (uint16_t)(s >> (b & 15)) + (a >> (b & 7)) + (a << (b & 15));
  if (s <= (int16_t)b) r -= 3;
  if (a > b) r ^= 0x1234;
  return b == 0 ? r : r + a / b + a % b + (uint16_t)(s / (int16_t)(b | 1));
}
__attribute__((noinline)) static uint32_t longs(uint32_t a, uint32_t b) {
  int32_t s = (int32_t)a;
  uint32_t r = (a + b) ^ (a - b) ^ (a * b) ^ (uint32_t)((int64_t)s * (int32_t)b >> 16);
  r += (uint32_t)(s >> (b & 31)) + (a >> (b & 31)) + (a << (b & 31));
  if (s < (int32_t)b) r = ~r;
  if (a > b) r = -r;
  return b == 0 ? r : r + a / b + a % b + (uint32_t)(s % (int32_t)(b | 1));
}
__attribute__((noinline)) static uint64_t quads(uint64_t a, uint64_t b) {
  return ((a + b) ^ (a * b) ^ (a >> (b & 63))) - (a << (b & 31)) + (a < b);
}
__attribute__((noinline)) static float reals(float a, float b) {
  return a * b + (a - b) / (b + 3.5f);
}

int main(void) {
  for (;;) {
    uint32_t a = next(), b = next();
    uint32_t r = bytes(a, b) + words(a, b) + longs(a, b >> (a & 31));
    r += (uint32_t)quads(((uint64_t)a << 32) | b, b);
    r += (uint32_t)(int32_t)reals((float)(int16_t)a, (float)(int16_t)b);
    sink ^= r;
  }
}
