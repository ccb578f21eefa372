/* Formatting and parsing of text with the C library, and a state machine with a jump table, for the AVR
 * lock-step. Never ends. */

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char line[80], other[80];
static volatile uint16_t sink;

__attribute__((noinline)) static uint16_t scan(const char *text) {
  uint16_t result = 0;
  uint8_t state = 0;
  for (; *text != 0; text++) {
    char c = *text;
    switch (state) {
      case 0: state = isdigit(c) ? 1 : isalpha(c) ? 2 : c == '-' ? 3 : 0; break;
      case 1: result = result * 10 + (uint16_t)(c - '0'); state = isdigit(c) ? 1 : 4; break;
      case 2: result ^= (uint16_t)toupper(c) << 3; state = c == ' ' ? 0 : 2; break;
      case 3: result = -result; state = 1; break;
      case 4: result += 7; state = c == ',' ? 5 : 0; break;
      case 5: result = (result << 1) | (result >> 15); state = 6; break;
      case 6: result--; state = 0; break;
    }
  }
  return result;
}

int main(void) {
  int16_t n = -3000;
  for (;;) {
    snprintf(line, sizeof line, "meter %d, %u, %lx, %c %-6s|%05ld", n, (uint16_t)n, (long)n * 77777L,
             'a' + (n & 15), "kWh", (long)n * 3);
    strcpy(other, line + (n & 7));
    strncat(other, "-12,x", 5);
    sink += scan(line) + scan(other) + (uint16_t)atol(strchr(line, ',') + 1);
    sink ^= (uint16_t)strtoul(other, NULL, 16) + (uint16_t)strlen(other);
    n += 7;
  }
}
