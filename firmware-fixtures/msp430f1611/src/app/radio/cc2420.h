/* The radio as a chip on the bus: strobes, registers, RAM, FIFOs. Source: CC2420 data sheet SWRS041. */
#ifndef CC2420_H
#define CC2420_H
#include <stdbool.h>
#include <stdint.h>

#define SNOP 0x00
#define SXOSCON 0x01
#define SRXON 0x03
#define STXONCCA 0x05
#define SRFOFF 0x06
#define SXOSCOFF 0x07
#define SFLUSHRX 0x08
#define SFLUSHTX 0x09

#define MDMCTRL0 0x11
#define MDMCTRL1 0x12
#define TXCTRL 0x15
#define RXCTRL1 0x17
#define FSCTRL 0x18
#define SECCTRL0 0x19
#define IOCFG0 0x1C
#define MANFIDL 0x1E
#define TXFIFO 0x3E
#define RXFIFO 0x3F

#define RAM_PAN 0x168
#define RAM_SHORT_ADDRESS 0x16A

#define STATUS_OSCILLATOR 0x40
#define STATUS_UNDERFLOW 0x20
#define STATUS_SENDING 0x08
#define STATUS_RSSI_VALID 0x02

/* All return the status byte, where there is one. */
uint8_t strobe(uint8_t command);
uint8_t radioStatus(void);
uint8_t writeRegister(uint8_t at, uint16_t value);
uint16_t readRegister(uint8_t at);
void writeRadioRam(uint16_t at, uint16_t value);
void writeTxFifo(const uint8_t *bytes, uint8_t count);
/* First byte of the next frame: its length. */
uint8_t readRxLength(void);
void readRxFifo(uint8_t *bytes, uint8_t count);
void dropRxBytes(uint8_t count);

bool isFifop(void);
bool isFifo(void);
bool isSfd(void);

#endif
