/* Text without a C library: numbers, fixed point, columns, dates. */
#ifndef TEXT_H
#define TEXT_H

#include <stdint.h>

#define TEXT_MAX 96u

typedef struct {
    char chars[TEXT_MAX];
    uint32_t count;
} Text;

void textStart(Text *text);
void textChar(Text *text, char c);
void textPut(Text *text, const char *string);
/* Decimal with `decimals` digits behind the point, right-aligned to `width`. */
void textFixed(Text *text, int32_t value, uint32_t decimals, uint32_t width);
void textNumber(Text *text, uint32_t value, uint32_t width);
void textHex(Text *text, uint32_t value, uint32_t digits);
void textTwo(Text *text, uint32_t value);
/* Spaces up to a column. */
void textColumn(Text *text, uint32_t column);

int textEqual(const char *a, const char *b);
/* Signed decimal; returns 0 and leaves the value alone if it is none. */
int textParse(const char *string, int32_t *value);

#endif
