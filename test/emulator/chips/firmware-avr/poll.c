/* Echoes USART1 by polling, with no interrupt and no sleep; each character also starts a conversion of ADC0
   by polling, and is followed by the upper eight bits of the result. */
#include <avr/io.h>
#include <stdint.h>

static void put(uint8_t byte)
{
  while (!(UCSR1A & _BV(UDRE1))) { }
  UDR1 = byte;
}

int main(void)
{
  UBRR1 = 25;
  UCSR1C = _BV(UPM11) | _BV(UCSZ11) | _BV(UCSZ10);
  UCSR1B = _BV(RXEN1) | _BV(TXEN1);
  ADMUX = _BV(REFS0) | _BV(ADLAR);
  ADCSRA = _BV(ADEN) | _BV(ADPS2) | _BV(ADPS1) | _BV(ADPS0);
  for (;;) {
    while (!(UCSR1A & _BV(RXC1))) { }
    put(UDR1);
    ADCSRA |= _BV(ADSC);
    while (ADCSRA & _BV(ADSC)) { }
    put(ADCH);
  }
}
