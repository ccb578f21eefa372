/* Serial number of the board: DS2411, one wire on P2.4. */
#ifndef SERIAL_NUMBER_H
#define SERIAL_NUMBER_H
#include <stdbool.h>
#include <stdint.h>

#define SERIAL_ROM_BYTES 8

/* Family, six bytes with the lowest first, CRC. False: nobody there, or a CRC that does not fit. */
bool readSerialNumber(uint8_t rom[SERIAL_ROM_BYTES]);

#endif
