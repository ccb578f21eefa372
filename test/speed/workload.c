/* Workload of the speed test: CRC-32 by table, quicksort, memcpy and a state machine over text, as a
 * meter's firmware has them. Freestanding; r0 of `workload` is the number of rounds, its result mixes
 * everything computed, so that a wrong core shows. Stack at 0x40010000. */

typedef unsigned int u32;
typedef unsigned char u8;

#define WORDS 512
#define BYTES (WORDS * 4)

static u32 table[256];
static u32 numbers[WORDS];
static u8 block[BYTES];
static u8 copy[BYTES];

static u32 seed;
static u32 next_random(void) {
  seed = seed * 1664525u + 1013904223u;
  return seed;
}

static void make_table(void) {
  for (u32 i = 0; i < 256; i++) {
    u32 c = i;
    for (int k = 0; k < 8; k++) c = (c & 1) ? 0xedb88320u ^ (c >> 1) : c >> 1;
    table[i] = c;
  }
}

static u32 crc32(const u8 *bytes, u32 count) {
  u32 c = 0xffffffffu;
  while (count--) c = table[(c ^ *bytes++) & 255] ^ (c >> 8);
  return ~c;
}

static void swap(u32 *a, u32 *b) {
  u32 t = *a;
  *a = *b;
  *b = t;
}

__attribute__((noinline)) static void quicksort(u32 *a, int low, int high) {
  while (low < high) {
    u32 pivot = a[(low + high) >> 1];
    int i = low, j = high;
    while (i <= j) {
      while (a[i] < pivot) i++;
      while (a[j] > pivot) j--;
      if (i <= j) swap(&a[i++], &a[j--]);
    }
    if (j - low < high - i) {
      quicksort(a, low, j);
      low = i;
    } else {
      quicksort(a, i, high);
      high = j;
    }
  }
}

void *memcpy(void *to, const void *from, u32 count) {
  u8 *d = to;
  const u8 *s = from;
  for (; count >= 16; count -= 16, d += 16, s += 16) {
    u32 *dw = (u32 *)d;
    const u32 *sw = (const u32 *)s;
    dw[0] = sw[0];
    dw[1] = sw[1];
    dw[2] = sw[2];
    dw[3] = sw[3];
  }
  while (count--) *d++ = *s++;
  return to;
}

/* Decimal digits of a number, one division a digit: long multiplies in ARM, shifts and tests in Thumb. */
__attribute__((noinline)) static u32 digit_sum(u32 value) {
  u32 sum = 0;
  while (value != 0) {
    sum += value % 10;
    value /= 10;
  }
  return sum;
}

__attribute__((noinline)) static u32 classify(const u8 *bytes, u32 count) {
  u32 state = 0, words = 0;
  for (u32 i = 0; i < count; i++) {
    u8 c = bytes[i];
    switch (state) {
      case 0: state = c < 32 ? 0 : c < 128 ? 1 : 2; break;
      case 1: if (c < 32) { state = 0; words++; } else if (c >= 224) state = 2; break;
      default: if (c < 64) state = 0; break;
    }
  }
  return words;
}

u32 workload(u32 rounds) {
  u32 result = 0;
  seed = 0x5eed;
  make_table();
  for (u32 round = 0; round < rounds; round++) {
    for (int i = 0; i < WORDS; i++) numbers[i] = next_random();
    quicksort(numbers, 0, WORDS - 1);
    memcpy(block, numbers, BYTES);
    memcpy(copy, block, BYTES);
    result ^= crc32(copy, BYTES);
    result += classify(copy, BYTES);
    for (int i = 0; i < 32; i++) result += digit_sum(numbers[i * 16]);
  }
  return result;
}
