/* Blocks in the battery RAM. Source: UM10237, chapter "Real-time clock" (battery RAM, word access).
   A block is its bytes and then a CRC-32 that also covers its number. A cut in the middle of a store
   spoils the block's CRC: the block then starts again from its defaults. */
#include "battery.h"

#include "crc.h"
#include "lpc2478.h"

/* Offset and room of each block, in bytes, CRC included. */
static const uint16_t rooms[BLOCK_COUNT][2] = {{0, 320},    {320, 320}, {640, 256},
                                               {896, 128}, {1024, 64}, {1088, 960}};

static uint32_t checkOf(BlockName block, const uint32_t *words, uint32_t count) {
    return crc32Words(CRC32_START ^ (uint32_t)block, words, count);
}

int batteryLoad(BlockName block, void *to, uint32_t bytes) {
    volatile uint32_t *cells = (volatile uint32_t *)(uintptr_t)(BATTERY_RAM + rooms[block][0]);
    uint32_t words[rooms[BLOCK_DAYS][1] / 4];
    uint32_t count = bytes / 4u;
    for (uint32_t i = 0; i < count; i++) words[i] = cells[i];
    if (bytes + 4u > rooms[block][1] || cells[count] != checkOf(block, words, count)) return 0;
    uint32_t *target = to;
    for (uint32_t i = 0; i < count; i++) target[i] = words[i];
    return 1;
}

void batteryStore(BlockName block, const void *from, uint32_t bytes) {
    volatile uint32_t *cells = (volatile uint32_t *)(uintptr_t)(BATTERY_RAM + rooms[block][0]);
    const uint32_t *words = from;
    uint32_t count = bytes / 4u;
    if (bytes + 4u > rooms[block][1]) return;
    for (uint32_t i = 0; i < count; i++) cells[i] = words[i];
    cells[count] = checkOf(block, words, count);
}
