/* Echoes USART1 in upper case by interrupts, counts milliseconds with timer 0, and sleeps in between.
   The LED on PC7 changes every 100 ms; '?' answers with the milliseconds as four hex digits; '!' lets the
   watchdog bite; '#' answers with MCUSR as it was after the last reset. */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <avr/wdt.h>
#include <stdint.h>

static volatile uint16_t milliseconds;
static volatile uint8_t queue[64], head, tail;
static uint8_t cause;

static void put(uint8_t byte)
{
  queue[tail] = byte;
  tail = (tail + 1) & 63;
  UCSR1B |= _BV(UDRIE1);
}

ISR(TIMER0_COMPA_vect)
{
  if (++milliseconds % 100 == 0) PINC = _BV(PC7);
}

ISR(USART1_UDRE_vect)
{
  UDR1 = queue[head];
  head = (head + 1) & 63;
  if (head == tail) UCSR1B &= ~_BV(UDRIE1);
}

static void hex(uint8_t nibble) { put(nibble + (nibble < 10 ? '0' : 'a' - 10)); }

ISR(USART1_RX_vect)
{
  uint8_t byte = UDR1;
  if (byte == '?') {
    uint16_t now = milliseconds;
    for (int8_t shift = 12; shift >= 0; shift -= 4) hex((now >> shift) & 15);
  } else if (byte == '#') {
    hex(cause >> 4);
    hex(cause & 15);
  } else if (byte == '!') {
    wdt_enable(WDTO_15MS);
    for (;;) { }
  } else {
    put(byte >= 'a' && byte <= 'z' ? byte - 32 : byte);
  }
}

int main(void)
{
  cause = MCUSR;
  MCUSR = 0;
  wdt_disable();
  DDRC = _BV(DDC7);
  UBRR1 = 25;
  UCSR1C = _BV(UPM11) | _BV(UCSZ11) | _BV(UCSZ10);
  UCSR1B = _BV(RXCIE1) | _BV(RXEN1) | _BV(TXEN1);
  TCCR0A = _BV(WGM01);
  OCR0A = 249;
  TIMSK0 = _BV(OCIE0A);
  TCCR0B = _BV(CS01) | _BV(CS00);
  set_sleep_mode(SLEEP_MODE_IDLE);
  sei();
  for (;;) sleep_mode();
}
