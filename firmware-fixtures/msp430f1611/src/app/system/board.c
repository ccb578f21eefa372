#include "board.h"

#include "msp430f1611.h"

static void startSensorPins(void) {
    P1OUT &= (unsigned char)~(SHT11_DATA | SHT11_CLOCK | SHT11_SUPPLY);
    P1DIR |= SHT11_CLOCK | SHT11_SUPPLY;
    P6SEL |= 0xFF;
}

/* Nothing on the bus is selected; the radio has no supply. */
static void startBusPins(void) {
    P3SEL |= SPI_PINS;
    P3DIR |= SPI_OUTPUTS;
    P4OUT = RADIO_SELECT | FLASH_SELECT | FLASH_HOLD;
    P4DIR = (unsigned char)~SFD_PIN;
}

static void startLedPins(void) {
    P5OUT |= LED_PINS;
    P5DIR |= LED_PINS;
}

void startBoard(void) {
    startSensorPins();
    startBusPins();
    startLedPins();
}
