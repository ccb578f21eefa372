/* SHT11, humidity and temperature: its two wires on P1.5 and P1.6. Source: its data sheet, "Communication". */
#ifndef SHT11_H
#define SHT11_H
#include <stdbool.h>
#include <stdint.h>

#define SHT11_TEMPERATURE 0x03
#define SHT11_HUMIDITY 0x05

void sht11On(void);
void sht11Off(void);
/* False: nobody acknowledges. */
bool sht11Begin(uint8_t command);
bool sht11IsReady(void);
/* False: the check byte does not fit. */
bool sht11Read(uint16_t *result);

/* 0.01 degrees, at 3 V. */
int16_t sht11Degrees(uint16_t code);
/* 0.01 %, at a temperature. */
int16_t sht11Percent(uint16_t code, int16_t degrees);

#endif
