/* AVR109 boot loader of the node, 0x7000 to 0x7FFF: every reset comes here. Any stock programmer that speaks
   AVR109 (avrdude -c avr109) works with it. Source: Atmel application note AVR109, as avrdude 7.1 speaks it;
   AVR109.md. Leaves out: programming words one by one (c C m) and lock bits (l). */
#include <avr/io.h>
#include <avr/pgmspace.h>
#include <avr/wdt.h>

#include "memory.h"
#include "serial.h"

#define DEVICE_CODE 0x44
#define DONE '\r'
#define REFUSED '?'
/* Tenths of a second without a command before an application is started. */
#define SILENT_TENTHS 10u
#define BUTTON PINB4
#define LED PORTC7

static uint8_t block[PAGE_BYTES];
static uint16_t address; /* words for the flash, bytes for the EEPROM */

static void putBytes(PGM_P text, uint8_t count) {
    while (count-- != 0) serialPut(pgm_read_byte(text++));
}
#define PUT(text) putBytes(PSTR(text), sizeof(text) - 1u)

static void startApplication(void) {
    eepromFinish();
    serialStop();
    PORTB = 0;
    PORTC = 0;
    DDRC = 0;
    asm volatile("jmp 0");
}

/* @returns 0 where the line fell silent inside a command: its sender is gone, and so is the command. */
static uint8_t getBytes(uint8_t *to, uint8_t count) {
    while (count-- != 0) {
        int16_t byte = serialGet();
        if (byte == SERIAL_SILENT) return 0;
        *to++ = (uint8_t)byte;
    }
    return 1;
}

/* B and g: two bytes of length, the memory, and for B the data. */
typedef struct {
    uint8_t countHigh, count, memory;
} Block;

static uint8_t isFlash(const Block *b) { return b->memory == 'F'; }

static uint8_t programBlock(void) {
    Block b;
    if (!getBytes((uint8_t *)&b, sizeof b)) return 0;
    if (b.countHigh != 0 || b.count > PAGE_BYTES || (b.memory != 'F' && b.memory != 'E')) return REFUSED;
    if (!getBytes(block, b.count)) return 0;
    if (isFlash(&b)) {
        if (address >= BOOT_START / 2u || b.count > BOOT_START - 2u * address) return REFUSED;
        flashProgram(2u * address, block, b.count);
        address += b.count / 2u;
        return DONE;
    }
    if (address >= EEPROM_BYTES || b.count > EEPROM_BYTES - address) return REFUSED;
    for (uint8_t i = 0; i < b.count; i++) eepromProgram(address++, block[i]);
    return DONE;
}

static uint8_t readBlock(void) {
    Block b;
    if (!getBytes((uint8_t *)&b, sizeof b)) return 0;
    if (b.memory != 'F' && b.memory != 'E') return REFUSED;
    uint16_t count = (uint16_t)(b.countHigh << 8) | b.count;
    for (uint16_t i = 0; i < count; i++) {
        serialPut(isFlash(&b) ? pgm_read_byte(2u * address + i) : eepromRead(address + i));
    }
    address += isFlash(&b) ? count / 2u : count;
    return 0;
}

/* @returns the byte that ends the answer, or 0 for none. */
static uint8_t run(uint8_t command) {
    uint8_t argument[2];
    switch (command) {
        case 'S': PUT("FLASHRG"); return 0;
        case 'V':
        case 'v': PUT("10"); return 0;
        case 'p': return 'S';
        case 'a': return 'Y';
        case 'b': PUT("Y\0\x80"); return 0;
        case 't':
            serialPut(DEVICE_CODE);
            serialPut(0);
            return 0;
        case 's': PUT("\x87\x95\x1E"); return 0;
        case 'T': return getBytes(argument, 1) ? DONE : 0;
        case 'P':
        case 'L':
        case 'E': return DONE;
        case 'x':
        case 'y':
            if (!getBytes(argument, 1)) return 0;
            DDRC |= _BV(LED);
            if (command == 'x') PORTC |= _BV(LED);
            else PORTC &= ~_BV(LED);
            return DONE;
        case 'A':
            if (!getBytes(argument, 2)) return 0;
            address = (uint16_t)(argument[0] << 8) | argument[1];
            return DONE;
        case 'e': flashEraseApplication(); return DONE;
        case 'B': return programBlock();
        case 'g': return readBlock();
        case 'R':
            serialPut(pgm_read_byte(2u * address + 1u));
            serialPut(pgm_read_byte(2u * address));
            address++;
            return 0;
        case 'd': serialPut(eepromRead(address++)); return 0;
        case 'D':
            if (!getBytes(argument, 1)) return 0;
            if (address >= EEPROM_BYTES) return REFUSED;
            eepromProgram(address++, argument[0]);
            return DONE;
        case 'F': serialPut(fuseOrLock(0)); return 0;
        case 'r': serialPut(fuseOrLock(1)); return 0;
        case 'Q': serialPut(fuseOrLock(2)); return 0;
        case 'N': serialPut(fuseOrLock(3)); return 0;
        case 0x1B: return 0; /* ESC: ends whatever the programmer thought was going on */
        default: return REFUSED;
    }
}

/* Pulled up: the pin needs a moment before it can be read. */
static uint8_t buttonIsPressed(void) {
    PORTB = _BV(BUTTON);
    for (uint8_t i = 0; i < 100; i++) asm volatile("nop");
    return !(PINB & _BV(BUTTON));
}

__attribute__((OS_main)) int main(void) {
    uint8_t cause = MCUSR;
    MCUSR = 0;
    wdt_disable();
    /* Somebody wants the loader: only E ends it. So it is once memory has been changed, lest the start of half
       a program be what follows an interrupted upload. */
    uint8_t stays = (cause & _BV(EXTRF)) || buttonIsPressed();
    uint8_t silentTenths = 0;
    serialStart();
    for (;;) {
        int16_t command = serialGet();
        if (command == SERIAL_SILENT) {
            if (stays || applicationIsBlank()) continue;
            if (++silentTenths >= SILENT_TENTHS) startApplication();
            continue;
        }
        silentTenths = 0;
        if (command == 'e' || command == 'B') stays = 1;
        uint8_t last = run((uint8_t)command);
        if (last != 0) serialPut(last);
        if (command == 'E' && !applicationIsBlank()) {
            serialDrain();
            startApplication();
        }
    }
}
