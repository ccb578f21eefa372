/* Text builder. Left out: floating point; every quantity of the terminal is a whole number of small units. */
#include "text.h"

#define DIGITS_MAX 12u

void textStart(Text *text) { text->count = 0; }

void textChar(Text *text, char c) {
    if (text->count < TEXT_MAX) text->chars[text->count++] = c;
}

void textPut(Text *text, const char *string) {
    while (*string != 0) textChar(text, *string++);
}

void textFixed(Text *text, int32_t value, uint32_t decimals, uint32_t width) {
    char digits[DIGITS_MAX + 2];
    uint32_t count = 0;
    uint32_t rest = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
    do {
        if (count == decimals && decimals != 0) digits[count++] = '.';
        digits[count++] = (char)('0' + rest % 10u);
        rest /= 10u;
    } while ((rest != 0 || count <= decimals + (decimals != 0)) && count < DIGITS_MAX);
    if (value < 0) digits[count++] = '-';
    for (uint32_t i = count; i < width; i++) textChar(text, ' ');
    while (count != 0) textChar(text, digits[--count]);
}

void textNumber(Text *text, uint32_t value, uint32_t width) {
    if (value > 0x7FFFFFFFu) {
        textFixed(text, (int32_t)(value / 10u), 0, width == 0 ? 0 : width - 1u);
        textChar(text, (char)('0' + value % 10u));
        return;
    }
    textFixed(text, (int32_t)value, 0, width);
}

void textHex(Text *text, uint32_t value, uint32_t digits) {
    while (digits-- != 0) textChar(text, "0123456789ABCDEF"[(value >> (4u * digits)) & 15u]);
}

void textTwo(Text *text, uint32_t value) {
    textChar(text, (char)('0' + value / 10u % 10u));
    textChar(text, (char)('0' + value % 10u));
}

void textColumn(Text *text, uint32_t column) {
    while (text->count < column) textChar(text, ' ');
}

int textEqual(const char *a, const char *b) {
    while (*a != 0 && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

int textParse(const char *string, int32_t *value) {
    int negative = *string == '-';
    int32_t result = 0;
    if (negative) string++;
    if (*string == 0) return 0;
    for (; *string != 0; string++) {
        if (*string < '0' || *string > '9' || result > 99999999) return 0;
        result = result * 10 + (*string - '0');
    }
    *value = negative ? -result : result;
    return 1;
}
