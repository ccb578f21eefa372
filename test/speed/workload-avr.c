/* Workload of the speed test on the AVR: CRC-32 by table, quicksort, memory copies, decimal numbers and a
 * state machine over text, as a meter's firmware has them, with 8, 16 and 32-bit arithmetic. Freestanding;
 * r25:r24 of `workload` is the number of rounds, its result mixes everything computed, so that a wrong core
 * shows. All of it fits the 2.5 KB of an ATmega32U4. */

typedef unsigned long u32;
typedef unsigned int u16;
typedef unsigned char u8;

#define NUMBERS 128
#define BYTES (NUMBERS * 2)

static u32 table[256];
static u16 numbers[NUMBERS];
static u8 copy[BYTES];
static char text[12];

static u32 seed;
static u16 next_random(void) {
  seed = seed * 1664525ul + 1013904223ul;
  return (u16)(seed >> 16);
}

static void make_table(void) {
  for (u16 i = 0; i < 256; i++) {
    u32 c = i;
    for (u8 k = 0; k < 8; k++) c = (c & 1) ? 0xedb88320ul ^ (c >> 1) : c >> 1;
    table[i] = c;
  }
}

static u32 crc32(const u8 *bytes, u16 count) {
  u32 c = 0xfffffffful;
  while (count--) c = table[(u8)c ^ *bytes++] ^ (c >> 8);
  return ~c;
}

static void sort(int first, int last) {
  while (first < last) {
    u16 pivot = numbers[(first + last) >> 1];
    int i = first, k = last;
    while (i <= k) {
      while (numbers[i] < pivot) i++;
      while (numbers[k] > pivot) k--;
      if (i > k) break;
      u16 t = numbers[i];
      numbers[i++] = numbers[k];
      numbers[k--] = t;
    }
    if (k - first < last - i) {
      sort(first, k);
      first = i;
    } else {
      sort(i, last);
      last = k;
    }
  }
}

static u8 to_decimal(u32 value) {
  u8 length = 0;
  do {
    text[length++] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  return length;
}

/* Counts fields and digits of a line, as a parser of meter readings does. */
static u16 parse(const char *line, u8 length) {
  u8 state = 0;
  u16 fields = 0, digits = 0;
  for (u8 i = 0; i < length; i++) {
    char c = line[i];
    switch (state) {
      case 0:
        if (c >= '0' && c <= '9') state = 1, fields++, digits++;
        break;
      case 1:
        if (c == '5') state = 2;
        else if (c < '0' || c > '9') state = 0;
        else digits++;
        break;
      default:
        state = c & 1 ? 0 : 1;
    }
  }
  return (u16)(fields << 8) ^ digits;
}

u32 workload(u16 rounds) {
  u32 result = 0;
  seed = 12345;
  make_table();
  while (rounds--) {
    for (u8 i = 0; i < NUMBERS; i++) numbers[i] = next_random();
    sort(0, NUMBERS - 1);
    const u8 *from = (const u8 *)numbers;
    for (u16 i = 0; i < BYTES; i++) copy[i] = from[i];
    result ^= crc32(copy, BYTES);
    result = (result << 3) | (result >> 29);
    result += parse(text, to_decimal(result));
  }
  return result;
}
