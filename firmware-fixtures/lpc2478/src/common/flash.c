/* Erase, program and read. Source: UM10237, "IAP commands": prepare before each erase and program,
   CCLK in kHz, 256-byte blocks on 256-byte boundaries, source in RAM on a word boundary.
   Left out: commands 54 to 56, which the terminal has no use for. */
#include "flash.h"

#include "crc.h"
#include "flash-map.h"
#include "support.h"

static uint32_t pageBuffer[PAGE_BYTES / 4];

int flashIsBlank(uint32_t address, uint32_t bytes) {
    uint32_t words[LINE_BYTES / 4];
    for (; bytes != 0; bytes -= LINE_BYTES, address += LINE_BYTES) {
        flashRead(address, words, LINE_BYTES);
        if ((words[0] & words[1] & words[2] & words[3]) != ERASED_WORD) return 0;
    }
    return 1;
}

int flashEquals(uint32_t address, const void *with, uint32_t bytes) {
    const uint32_t *expected = with;
    uint32_t words[LINE_BYTES / 4];
    for (; bytes != 0; bytes -= LINE_BYTES, address += LINE_BYTES, expected += 4) {
        flashRead(address, words, LINE_BYTES);
        if (((words[0] ^ expected[0]) | (words[1] ^ expected[1]) | (words[2] ^ expected[2]) |
             (words[3] ^ expected[3])) != 0) {
            return 0;
        }
    }
    return 1;
}

/* IAP with interrupts masked: no handler may run from flash while the ROM erases or programs it
   (UM10237, "Interrupts during IAP"). */
static uint32_t iapMasked(uint32_t command, uintptr_t p0, uintptr_t p1, uint32_t p2, uint32_t p3) {
    uint32_t mask = interruptsMask();
    uint32_t status = iapCall(command, p0, p1, p2, p3);
    interruptsRestore(mask);
    return status;
}

int flashErase(uint32_t firstSector, uint32_t lastSector) {
    if (iapMasked(IAP_PREPARE, firstSector, lastSector, 0, 0) != IAP_SUCCESS) return 0;
    return iapMasked(IAP_ERASE, firstSector, lastSector, CCLK_KHZ, 0) == IAP_SUCCESS;
}

int flashProgram(uint32_t address, const uint32_t *words, uint32_t bytes) {
    uint32_t sector = sectorOf(address);
    if (iapMasked(IAP_PREPARE, sector, sector, 0, 0) != IAP_SUCCESS) return 0;
    if (iapMasked(IAP_PROGRAM, address, (uintptr_t)words, bytes, CCLK_KHZ) !=
        IAP_SUCCESS) {
        return 0;
    }
    return flashEquals(address, words, bytes);
}

static int programLineOf(uint32_t address, const uint32_t *line) {
    uint32_t page = address & ~(PAGE_BYTES - 1u);
    uint32_t sector = sectorOf(address);
    for (uint32_t i = 0; i < PAGE_BYTES / 4; i++) pageBuffer[i] = ERASED_WORD;
    for (uint32_t i = 0; i < LINE_BYTES / 4; i++) pageBuffer[(address - page) / 4 + i] = line[i];
    if (iapMasked(IAP_PREPARE, sector, sector, 0, 0) != IAP_SUCCESS) return 0;
    return iapMasked(IAP_PROGRAM, page, (uintptr_t)pageBuffer, PAGE_BYTES, CCLK_KHZ) ==
           IAP_SUCCESS;
}

int flashProgramLine(uint32_t address, const uint32_t *line) {
    return programLineOf(address, line) && flashEquals(address, line, LINE_BYTES);
}

/* A burnt line may have a stale ECC and so read with one bit set: it is not compared. */
int flashBurnLine(uint32_t address) {
    static const uint32_t zeros[LINE_BYTES / 4] = {0, 0, 0, 0};
    return programLineOf(address, zeros);
}

int flashBurnPage(uint32_t address) {
    uint32_t sector = sectorOf(address);
    for (uint32_t i = 0; i < PAGE_BYTES / 4; i++) pageBuffer[i] = 0;
    if (iapMasked(IAP_PREPARE, sector, sector, 0, 0) != IAP_SUCCESS) return 0;
    return iapMasked(IAP_PROGRAM, address, (uintptr_t)pageBuffer, PAGE_BYTES, CCLK_KHZ) ==
           IAP_SUCCESS;
}
