/* Pins of the Ez240, a TelosB-class board. */
#ifndef BOARD_H
#define BOARD_H

#define FIFOP_PIN 0x01 /* P1.0 */
#define FIFO_PIN 0x08 /* P1.3 */
#define CCA_PIN 0x10 /* P1.4 */
#define SHT11_DATA 0x20 /* P1.5 */
#define SHT11_CLOCK 0x40 /* P1.6 */
#define SHT11_SUPPLY 0x80 /* P1.7 */
#define SERIAL_PIN 0x10 /* P2.4, DS2411 */
#define BUTTON_PIN 0x80 /* P2.7, low while pressed */
#define SPI_PINS 0x0E /* P3.1 SIMO, P3.2 SOMI, P3.3 clock */
#define SPI_OUTPUTS 0x0A
#define SFD_PIN 0x02 /* P4.1 */
#define RADIO_SELECT 0x04 /* P4.2 */
#define FLASH_SELECT 0x10 /* P4.4 */
#define RADIO_SUPPLY 0x20 /* P4.5, VREG_EN */
#define RADIO_RESET 0x40 /* P4.6 */
#define FLASH_HOLD 0x80 /* P4.7 */
#define LED_PINS 0x70 /* P5.4 to P5.6, low is on */

/* Pins of USART1 and its settings are the runtime's, and so are the clocks. */
void startBoard(void);

#endif
