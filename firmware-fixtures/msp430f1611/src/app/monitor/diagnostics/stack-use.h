/* How much of the stack has ever been used. */
#ifndef STACK_USE_H
#define STACK_USE_H
#include <stdint.h>

void paintStack(void);
/* Bytes, of STACK_BYTES. */
uint16_t stackUse(void);

#endif
