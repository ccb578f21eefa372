/* Contents that came over two ways are taken once. */
#ifndef DUPLICATES_H
#define DUPLICATES_H
#include <stdbool.h>
#include <stdint.h>

/* True: seen before; else it is from now on. */
bool isDuplicate(uint16_t origin, uint8_t sequence);

#endif
