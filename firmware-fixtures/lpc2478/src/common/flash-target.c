/* The part of flash access that only exists on the chip; the host tests bring their own.
   Source: UM10237, "IAP commands": five command words, result words, entry point in Thumb. */
#include "crc.h"
#include "flash.h"
#include "lpc2478.h"

void flashRead(uint32_t address, void *to, uint32_t bytes) {
    const volatile uint32_t *from = (const volatile uint32_t *)(uintptr_t)address;
    uint32_t *words = to;
    for (; bytes != 0; bytes -= 4) *words++ = *from++;
}

uint32_t flashCrc(uint32_t crc, uint32_t address, uint32_t bytes) {
    return crc32Bytes(crc, (const uint8_t *)(uintptr_t)address, bytes);
}

uint32_t iapCall(uint32_t command, uintptr_t p0, uintptr_t p1, uint32_t p2, uint32_t p3) {
    typedef void (*IapEntry)(uint32_t *, uint32_t *);
    uint32_t words[5] = {command, p0, p1, p2, p3};
    uint32_t results[3] = {0, 0, 0};
    ((IapEntry)(uintptr_t)IAP_ENTRY)(words, results);
    return results[0];
}
