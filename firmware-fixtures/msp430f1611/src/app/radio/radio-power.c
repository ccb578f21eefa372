/* Supply, reset, oscillator, registers of the radio. */
#include "board.h"
#include "cc2420.h"
#include "clock.h"
#include "frame.h"
#include "msp430f1611.h"
#include "radio.h"
#include "serial-number.h"
#include "spi.h"

#define CHANNEL 26
/* Lock threshold 1; 2405 MHz is channel 11. */
#define FSCTRL_VALUE (0x4000 | (357 + 5 * (CHANNEL - 11)))
/* Address recognition, CCA by energy and preamble, automatic CRC and acknowledgement. */
#define MDMCTRL0_VALUE 0x0AF2
#define MDMCTRL1_VALUE 0x0500
#define RXCTRL1_VALUE 0x2A56
#define SECCTRL0_VALUE 0x01C4
/* FIFOP when a whole frame is there. */
#define IOCFG0_VALUE 0x007F
#define MANUFACTURER 0x233D
#define OSCILLATOR_TRIES 100
#define NO_SERIAL_NUMBER 0x3FFF

RadioCounters radioCounters;
static uint16_t address;
static bool isOn;

static void supplyOn(void) {
    P4OUT |= RADIO_SUPPLY;
    waitTicks(32);
}
static void supplyOff(void) { P4OUT &= (uint8_t)~(RADIO_SUPPLY | RADIO_RESET); }

static void leaveReset(void) {
    P4OUT &= (uint8_t)~RADIO_RESET;
    waitTicks(2);
    P4OUT |= RADIO_RESET;
    waitTicks(2);
}

static bool startOscillator(void) {
    strobe(SXOSCON);
    for (uint8_t i = 0; i < OSCILLATOR_TRIES; i++) {
        if ((radioStatus() & STATUS_OSCILLATOR) != 0) return true;
        waitTicks(2);
    }
    return false;
}

static void writeSettings(void) {
    writeRegister(MDMCTRL0, MDMCTRL0_VALUE);
    writeRegister(MDMCTRL1, MDMCTRL1_VALUE);
    writeRegister(RXCTRL1, RXCTRL1_VALUE);
    writeRegister(SECCTRL0, SECCTRL0_VALUE);
    writeRegister(IOCFG0, IOCFG0_VALUE);
    writeRegister(FSCTRL, FSCTRL_VALUE);
}

static void writeAddresses(void) {
    writeRadioRam(RAM_PAN, PAN_ID);
    writeRadioRam(RAM_SHORT_ADDRESS, address);
}

uint16_t addressFromSerialNumber(void) {
    uint8_t rom[SERIAL_ROM_BYTES];
    if (!readSerialNumber(rom)) return NO_SERIAL_NUMBER;
    return rom[1] | (uint16_t)rom[2] << 8;
}

uint16_t ownAddress(void) { return address; }
bool isRadioOn(void) { return isOn; }

bool startRadio(uint16_t own) {
    address = own;
    startSpi();
    supplyOn();
    leaveReset();
    isOn = startOscillator() && readRegister(MANFIDL) == MANUFACTURER;
    if (!isOn) {
        supplyOff();
        return false;
    }
    writeSettings();
    writeAddresses();
    startReceiver();
    return true;
}

void stopRadio(void) {
    if (!isOn) return;
    isOn = false;
    stopSender();
    stopReceiver();
    strobe(SXOSCOFF);
    supplyOff();
}
