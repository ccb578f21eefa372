/* Copies, sorts, lists, checksums and program memory, for the AVR lock-step. Never ends. */

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/pgmspace.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <util/atomic.h>
#include <util/crc16.h>

static const uint16_t TABLE[64] PROGMEM = {
    0x0001, 0x8003, 0x0102, 0x7fff, 0xffff, 0x1234, 0x5678, 0x9abc, 0xdef0, 0x0ff0, 0xf00f, 0xa5a5,
};
static uint16_t numbers[64];
static uint8_t block[200], copy[200];
static volatile uint16_t sink;

typedef struct node {
  struct node *next;
  uint8_t key;
} node;
static node nodes[24];

static int compare(const void *a, const void *b) {
  uint16_t x = *(const uint16_t *)a, y = *(const uint16_t *)b;
  return x < y ? -1 : x > y;
}

__attribute__((noinline)) static uint8_t lists(uint8_t start) {
  node *head = NULL;
  for (uint8_t i = 0; i < 24; i++) {
    nodes[i].key = (uint8_t)(i * 37 + start);
    node **at = &head;
    while (*at != NULL && (*at)->key < nodes[i].key) at = &(*at)->next;
    nodes[i].next = *at;
    *at = &nodes[i];
  }
  uint8_t sum = 0;
  for (node *n = head; n != NULL; n = n->next) sum = (uint8_t)(sum * 3 + n->key);
  return sum;
}

__attribute__((noinline)) static uint16_t checksums(const uint8_t *bytes, uint8_t count) {
  uint16_t crc = 0xffff, ccitt = 0xffff;
  uint8_t maxim = 0;
  while (count--) {
    crc = _crc16_update(crc, *bytes);
    ccitt = _crc_ccitt_update(ccitt, *bytes);
    maxim = _crc_ibutton_update(maxim, *bytes++);
  }
  return crc ^ ccitt ^ maxim;
}

int main(void) {
  uint16_t round = 0;
  for (;;) {
    for (uint8_t i = 0; i < 64; i++) {
      numbers[i] = pgm_read_word(&TABLE[(i + round) & 63]) ^ (uint16_t)(i * round);
    }
    qsort(numbers, 64, sizeof numbers[0], compare);
    memcpy(block, numbers, 128);
    memcpy_P(block + 128, TABLE, 64);
    memmove(block + 3, block, 150);
    memset(copy, (uint8_t)round, 50);
    memcpy(copy + 50, block, 150);
    if (memcmp(copy, block, 60) < 0) sink++;
    sink += checksums(copy, 200) + lists((uint8_t)round);
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { GPIOR1 = (uint8_t)sink; }
    GPIOR0 |= 4;
    if (GPIOR0 & 4) GPIOR0 &= (uint8_t)~4;
    sei();
    round++;
  }
}
