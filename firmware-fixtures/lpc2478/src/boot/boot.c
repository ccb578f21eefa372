/* Boot loader of the terminal: copies a file that is ready, runs a program that is whole, and otherwise
   hands over to the ROM's ISP. Source: SAFETY.md beside the sources, "Loader".
   Left out: any communication of its own. */
#include "clock.h"
#include "crc.h"
#include "flash-map.h"
#include "flash.h"
#include "image.h"
#include "journal.h"
#include "lpc2478.h"
#include "staging.h"
#include "support.h"

#define COPY_ATTEMPTS 3
#define COPY_BYTES 4096u

void runApplication(void);

static Journal journal;
static Staging staging;
static uint32_t copyBuffer[COPY_BYTES / 4];

/* The staged file is the one that the journal calls ready: every segment, and the CRC of the whole. */
static int stagedFileGood(const State *ready) {
    uint32_t segments = (ready->length + PAGE_BYTES - 1u) / PAGE_BYTES;
    if (ready->length > APP_LIMIT - APP_BASE) return 0;
    stagingScan(&staging, ready->sectors, segments);
    return stagingComplete(&staging, ready->length) &&
           stagingFileCrc(&staging, ready->length, NULL) == ready->crc;
}

static int eraseApplication(uint32_t length) {
    uint32_t last = sectorOf(APP_BASE + length - 1u);
    for (uint32_t sector = APP_FIRST_SECTOR; sector <= last; sector++) {
        if (!flashErase(sector, sector)) return 0;
    }
    return 1;
}

static int programApplication(uint32_t length) {
    uint32_t segments = (length + PAGE_BYTES - 1u) / PAGE_BYTES;
    for (uint32_t first = 0; first < segments; first += COPY_BYTES / PAGE_BYTES) {
        memset(copyBuffer, 0xFF, sizeof copyBuffer);
        for (uint32_t i = first; i < segments && i < first + COPY_BYTES / PAGE_BYTES; i++) {
            flashRead(stagingAddress(&staging, i), &copyBuffer[(i - first) * PAGE_BYTES / 4],
                      PAGE_BYTES);
        }
        if (!flashProgram(APP_BASE + first * PAGE_BYTES, copyBuffer, COPY_BYTES)) return 0;
    }
    return 1;
}

static int applicationIs(const State *ready) {
    return ~flashCrc(CRC32_START, APP_BASE, ready->length) == ready->crc;
}

/* Copy until the copy is right. The old program is given up with the first erase: from there on only a
   verified copy ends this, and power may go at any point. */
static int copyStaged(void) {
    State ready = journal.state;
    if (!journalPut(&journal, STATE_READY, ready.sectors, ready.length, ready.crc)) return 0;
    if (!stagedFileGood(&ready)) return 0;
    uartPutPolled(UART0_BASE, "boot: copying\r\n");
    for (int attempt = 0; attempt < COPY_ATTEMPTS; attempt++) {
        if (!eraseApplication(ready.length)) continue;
        if (!programApplication(ready.length)) continue;
        if (!applicationIs(&ready)) continue;
        return journalPut(&journal, STATE_DONE, ready.sectors, ready.length, ready.crc);
    }
    return 0;
}

static void reinvokeIsp(void) {
    uartPutPolled(UART0_BASE, "boot: no valid program\r\n");
    clockStop();
    iapCall(IAP_REINVOKE_ISP, 0, 0, 0, 0);
}

void bootMain(void) {
    ProgramHeader header;
    clockStart();
    uartStart(UART0_BASE, ULCR_8N1, 0x07);
    journalLoad(&journal);
    if (journal.state.type == STATE_READY) copyStaged();
    if (imageGood(&header)) runApplication();
    reinvokeIsp();
    for (;;) {
    }
}
