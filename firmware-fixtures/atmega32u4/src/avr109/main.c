/* AVR109 boot loader, 0x7000 to 0x7FFF, for stock avrdude -c avr109 -p m32u4.
   Source: Atmel application note AVR109 ("Self Programming"), table of commands; ATmega16U4/32U4 data sheet.
   After any reset but a watchdog's it listens for two seconds, or for ever where there is no application.
   Left out: setting lock bits, byte-wise EEPROM commands. */
#include <avr/boot.h>
#include <avr/eeprom.h>
#include <avr/io.h>
#include <avr/pgmspace.h>
#include <avr/wdt.h>

#define UBRR_57600 34 /* U2X: 16 MHz / 8 / 35 = 57,143 */
#define LISTEN_SECONDS 2
#define SECOND 15624 /* 16 MHz / 1024 */
#define BOOT_AT 0x7000u
#define OK '\r'
#define UNKNOWN '?'

static uint16_t address; /* as the programmer gives it: words of flash, bytes of EEPROM */
static uint8_t isForEver, secondsLeft;

static void startApplication(void) { asm volatile("jmp 0"); }

static void put(uint8_t byte) {
    while (!(UCSR1A & _BV(UDRE1))) {
    }
    UDR1 = byte;
}

static uint8_t get(void) {
    while (!(UCSR1A & _BV(RXC1))) {
        if (isForEver || !(TIFR1 & _BV(OCF1A))) continue;
        TIFR1 = _BV(OCF1A);
        if (--secondsLeft == 0) {
            UCSR1B = 0;
            TCCR1B = 0;
            startApplication();
        }
    }
    isForEver = 1;
    return UDR1;
}

static uint16_t get16(void) {
    uint8_t high = get();
    return (uint16_t)high << 8 | get();
}

static void finishPage(void) {
    boot_spm_busy_wait();
    boot_rww_enable();
    boot_spm_busy_wait();
}

/* Bytes behind an odd or short end stay FF. The section of the loader itself is left alone. */
static uint8_t programFlash(uint16_t bytes) {
    uint16_t page = address << 1;
    uint16_t at = page;
    uint8_t isAllowed = page < BOOT_AT;
    eeprom_busy_wait();
    while (bytes != 0) {
        uint16_t word = get();
        word |= bytes > 1 ? (uint16_t)get() << 8 : 0xFF00u;
        bytes -= bytes > 1 ? 2 : 1;
        if (isAllowed) boot_page_fill(at, word);
        at += 2;
    }
    address = at >> 1;
    if (!isAllowed) return UNKNOWN;
    boot_page_erase(page);
    boot_spm_busy_wait();
    boot_page_write(page);
    finishPage();
    return OK;
}

static uint8_t programEeprom(uint16_t bytes) {
    while (bytes-- != 0) eeprom_update_byte((uint8_t *)address++, get());
    return OK;
}

static void block(uint8_t isProgram) {
    uint16_t bytes = get16();
    uint8_t type = get();
    if (type != 'F' && type != 'E') {
        put(UNKNOWN);
    } else if (isProgram) {
        put(type == 'F' ? programFlash(bytes) : programEeprom(bytes));
    } else if (type == 'E') {
        while (bytes-- != 0) put(eeprom_read_byte((uint8_t *)address++));
    } else {
        uint16_t at = address << 1;
        while (bytes-- != 0) put(pgm_read_byte(at++));
        address = at >> 1;
    }
}

static void eraseApplication(void) {
    eeprom_busy_wait();
    for (uint16_t page = 0; page < BOOT_AT; page += SPM_PAGESIZE) {
        boot_page_erase(page);
        boot_spm_busy_wait();
    }
    finishPage();
}

static void text(const char *at) {
    uint8_t byte;
    while ((byte = pgm_read_byte(at++)) != 0) put(byte);
}

static void leave(void) {
    put(OK);
    UCSR1A |= _BV(TXC1);
    while (!(UCSR1A & _BV(TXC1))) {
    }
    wdt_enable(WDTO_15MS);
    for (;;) {
    }
}

static void command(uint8_t letter) {
    switch (letter) {
        case 'S': text(PSTR("FRIGBTL")); break;
        case 'V': text(PSTR("10")); break;
        case 'p': put('S'); break;
        case 'a': put('Y'); break;
        case 'b': text(PSTR("Y")); put(SPM_PAGESIZE >> 8); put(SPM_PAGESIZE & 0xFF); break;
        case 't': put(0x44); put(0); break;
        case 'T': get(); put(OK); break;
        case 'x':
        case 'y': get(); put(OK); break;
        case 'P':
        case 'L': put(OK); break;
        case 'E': leave(); break;
        case 's': put(SIGNATURE_2); put(SIGNATURE_1); put(SIGNATURE_0); break;
        case 'A': address = get16(); put(OK); break;
        case 'e': eraseApplication(); put(OK); break;
        case 'B': block(1); break;
        case 'g': block(0); break;
        case 'R': {
            uint16_t word = pgm_read_word(address << 1);
            address++;
            put(word >> 8);
            put((uint8_t)word);
            break;
        }
        case 'r': put(boot_lock_fuse_bits_get(GET_LOCK_BITS)); break;
        case 'F': put(boot_lock_fuse_bits_get(GET_LOW_FUSE_BITS)); break;
        case 'N': put(boot_lock_fuse_bits_get(GET_HIGH_FUSE_BITS)); break;
        case 'Q': put(boot_lock_fuse_bits_get(GET_EXTENDED_FUSE_BITS)); break;
        case 0x1B: break;
        default: put(UNKNOWN); break;
    }
}

__attribute__((OS_main)) int main(void) {
    uint8_t cause = MCUSR;
    uint8_t isBlank = pgm_read_word(0) == 0xFFFFu;
    MCUSR = 0;
    wdt_disable();
    if ((cause & _BV(WDRF)) && !isBlank) startApplication();
    UBRR1 = UBRR_57600;
    UCSR1A = _BV(U2X1);
    UCSR1C = _BV(UCSZ11) | _BV(UCSZ10);
    UCSR1B = _BV(RXEN1) | _BV(TXEN1);
    TCCR1A = 0;
    OCR1A = SECOND;
    TCCR1B = _BV(WGM12) | _BV(CS12) | _BV(CS10);
    isForEver = isBlank;
    secondsLeft = LISTEN_SECONDS;
    for (;;) command(get());
}
