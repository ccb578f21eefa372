/* What the node keeps without supply: its parameters, in EEPROM. Everything else begins anew. */
#ifndef BATTERY_H
#define BATTERY_H

#include <stdint.h>

typedef enum { BLOCK_ENERGY, BLOCK_DEMAND, BLOCK_PARAMETERS } BlockName;

/* 1 = the block is whole and was copied to `to`. */
int batteryLoad(BlockName block, void *to, uint32_t bytes);
void batteryStore(BlockName block, const void *from, uint32_t bytes);

#endif
