/* Self-programming. Source: ATmega16U4/32U4 data sheet, "Self-Programming the Flash", "EEPROM Data Memory".
   Interrupts are never on in the loader, so nothing comes between SPMCSR and SPM (four-cycle window). */
#include "memory.h"

#include <avr/io.h>
#include <avr/pgmspace.h>

#define SPM_LOAD _BV(SPMEN)
#define SPM_ERASE (_BV(PGERS) | _BV(SPMEN))
#define SPM_PROGRAM (_BV(PGWRT) | _BV(SPMEN))
#define SPM_READ_AGAIN (_BV(RWWSRE) | _BV(SPMEN))
#define LPM_FUSES (_BV(BLBSET) | _BV(SPMEN))

void eepromFinish(void) {
    while (EECR & _BV(EEPE)) {
    }
}

/* SPMEN cannot be set while a byte of the EEPROM is written. */
static __attribute__((noinline)) void spm(uint8_t command, uint16_t address, uint16_t word) {
    eepromFinish();
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

uint8_t applicationIsBlank(void) { return pgm_read_word(0) == 0xFFFFu; }

static uint8_t pageIsBlank(uint16_t page) {
    for (uint8_t i = 0; i < PAGE_BYTES; i++) {
        if (pgm_read_byte(page + i) != 0xFFu) return 0;
    }
    return 1;
}

/* Page 0 comes first: a cut leaves a blank application or the erase to be repeated, never half a program. */
void flashEraseApplication(void) {
    for (uint16_t page = 0; page < BOOT_START; page += PAGE_BYTES) {
        if (pageIsBlank(page)) continue;
        spm(SPM_ERASE, page, 0);
        spm(SPM_READ_AGAIN, page, 0);
    }
}

void flashProgram(uint16_t at, const uint8_t *bytes, uint8_t count) {
    while (count != 0) {
        uint16_t page = at & ~(uint16_t)(PAGE_BYTES - 1u);
        /* The buffer first: it outlasts the erase, and reads of the page end with it. */
        for (uint16_t word = page; word < page + PAGE_BYTES; word += 2u) {
            uint16_t value = pgm_read_word(word);
            if (count != 0 && at == word) {
                value = (value & 0xFF00u) | *bytes++;
                at++;
                count--;
            }
            if (count != 0 && at == word + 1u) {
                value = (value & 0x00FFu) | (uint16_t)(*bytes++ << 8);
                at++;
                count--;
            }
            spm(SPM_LOAD, word, value);
        }
        if (!pageIsBlank(page)) spm(SPM_ERASE, page, 0);
        spm(SPM_PROGRAM, page, 0);
        /* Until RWWSRE every read of the RWW section is garbage. */
        spm(SPM_READ_AGAIN, page, 0);
    }
}

uint8_t eepromRead(uint16_t at) {
    eepromFinish();
    EEAR = at;
    EECR = _BV(EERE);
    return EEDR;
}

void eepromProgram(uint16_t at, uint8_t byte) {
    if (eepromRead(at) == byte) return;
    EEDR = byte;
    EECR = _BV(EEMPE);
    EECR |= _BV(EEPE); /* SBI: within four cycles */
}

uint8_t fuseOrLock(uint8_t which) {
    uint8_t value;
    eepromFinish();
    asm volatile(
        "out %[csr], %[command]\n\t"
        "lpm %[value], Z\n\t"
        : [value] "=r"(value)
        : [csr] "I"(_SFR_IO_ADDR(SPMCSR)), [command] "r"((uint8_t)LPM_FUSES), "z"((uint16_t)which));
    return value;
}
