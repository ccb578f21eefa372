/* Frames that are repeated because an acknowledgement was lost are taken once. */
#ifndef UNIQUE_H
#define UNIQUE_H
#include <stdbool.h>
#include <stdint.h>

bool isNewSequence(uint16_t from, uint8_t sequence);

#endif
