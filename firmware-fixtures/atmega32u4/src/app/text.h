/* A node without a console has no text: the type that the shared headers name. */
#ifndef TEXT_H
#define TEXT_H

#include <stdint.h>

typedef struct Text Text;
void textChar(Text *text, char c);
void textPut(Text *text, const char *string);
void textNumber(Text *text, uint32_t value, uint32_t width);
void textTwo(Text *text, uint32_t value);

#endif
