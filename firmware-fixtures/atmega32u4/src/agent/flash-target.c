/* Self-programming. Source: ATmega16U4/32U4 data sheet, "Self-Programming the Flash".
   Interrupts are never on in the agent, so nothing comes between SPMCSR and SPM (four-cycle window). */
#include <avr/io.h>
#include <avr/pgmspace.h>

#include "flash-map.h"
#include "flash.h"

#define SPM_LOAD _BV(SPMEN)
#define SPM_ERASE (_BV(PGERS) | _BV(SPMEN))
#define SPM_PROGRAM (_BV(PGWRT) | _BV(SPMEN))
#define SPM_READ_AGAIN (_BV(RWWSRE) | _BV(SPMEN))

/* SPMEN cannot be set while an EEPROM write of the application is under way, and a page operation that a reset has
   found under way goes on after it. */
static __attribute__((noinline)) void spm(uint8_t command, uint16_t address, uint16_t word) {
    while ((EECR & _BV(EEPE)) || (SPMCSR & _BV(SPMEN))) {
    }
    asm volatile(
        "movw r0, %[word]\n\t"
        "out %[csr], %[command]\n\t"
        "spm\n\t"
        "clr __zero_reg__\n\t"
        :
        : [csr] "I"(_SFR_IO_ADDR(SPMCSR)), [command] "r"(command), [word] "r"(word), "z"(address)
        : "r0", "memory");
    while (SPMCSR & _BV(SPMEN)) {
    }
}

uint8_t flashByte(uint16_t at) { return pgm_read_byte(at); }

/* Until RWWSRE every read of the RWW section is garbage. */
void flashReady(void) { spm(SPM_READ_AGAIN, 0, 0); }

static void finish(uint8_t command, uint16_t address) {
    spm(command, address, 0);
    flashReady();
}

void flashErase(uint16_t page) { finish(SPM_ERASE, page); }

void flashProgram(uint16_t page, const uint8_t *bytes) {
    for (uint8_t i = PAGE_BYTES / 2u; i != 0; i--) {
        uint16_t word = *bytes++;
        word |= (uint16_t)*bytes++ << 8;
        spm(SPM_LOAD, page, word);
        page += 2;
    }
    /* The address may be that of any word of the page: the last one it is. */
    finish(SPM_PROGRAM, page - 2u);
}
