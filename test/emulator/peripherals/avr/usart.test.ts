import { expect, test } from 'vitest';
import type { PeerSettings } from '../../../../emulator/peripherals/shared/uart-line.ts';
import { CYCLE, heldAvr } from '../../chips/avr-rig.ts';

const [UCSRA, UCSRB, UCSRC, UBRRL, UBRRH, UDR] = [0xc8, 0xc9, 0xca, 0xcc, 0xcd, 0xce];
const [U2X, UPE, DOR, FE, UDRE, TXC, RXC] = [0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80];
const [TXEN, RXEN, UDRIE, TXCIE, RXCIE] = [0x08, 0x10, 0x20, 0x40, 0x80];
const [RX, UDRE_VECTOR, TX] = [25, 26, 27];
const EVEN_8_1 = 0x26;
/** UBRR 25 at 16 MHz: 38461.5 baud. */
const UBRR = 25;
const BIT = 16 * (UBRR + 1) * CYCLE;
const BAUD = 192e6 / BIT;
const PEER: PeerSettings = { baud: BAUD, parity: 'even', stopBits: 1 };

function open(control = TXEN | RXEN, peer = PEER) {
  const rig = heldAvr();
  rig.write(UBRRH, 0);
  rig.write(UBRRL, UBRR);
  rig.write(UCSRC, EVEN_8_1);
  rig.write(UCSRB, control);
  rig.chip.usart1.setPeer(peer);
  const times: number[][] = [];
  rig.chip.usart1.onTransmit = (byte, start, end) => times.push([byte, start, end]);
  return { ...rig, times };
}

test('ATmega32U4 USART1, 8E1 at UBRR 25, sends a character in eleven bits, to the tick', () => {
  const { chip, write, read, ahead, times } = open();
  const start = chip.machine.now;
  write(UDR, 0x5a);
  expect(read(UCSRA)).toBe(UDRE);
  ahead(11 * BIT - 1);
  expect(times).toEqual([]);
  expect(read(UCSRA) & TXC).toBe(0);
  ahead(1);
  expect(times).toEqual([[0x5a, start, start + 11 * BIT]]);
  expect(read(UCSRA)).toBe(UDRE | TXC);
});

test('ATmega32U4 USART1, double speed and 8N2, sends in eleven bits of half the length', () => {
  const { write, ahead, times } = open();
  write(UCSRA, U2X);
  write(UCSRC, 0x0e);
  write(UDR, 1);
  ahead((11 * BIT) / 2 - 1);
  expect(times).toEqual([]);
  ahead(1);
  expect(times).toHaveLength(1);
});

test('ATmega32U4 USART1, two characters written, holds one and is full; TXC after both', () => {
  const { write, read, ahead, times } = open();
  write(UDR, 1);
  write(UDR, 2);
  expect(read(UCSRA) & UDRE).toBe(0);
  write(UDR, 3);
  ahead(11 * BIT);
  expect(read(UCSRA)).toBe(UDRE);
  ahead(11 * BIT);
  expect(read(UCSRA)).toBe(UDRE | TXC);
  ahead(22 * BIT);
  expect(times.map(([byte]) => byte)).toEqual([1, 2]);
});

test('ATmega32U4 USART1, TXC, is cleared by a written one and by its vector, UDRE by neither', () => {
  const { chip, write, read, ahead, asks } = open(TXEN | TXCIE | UDRIE);
  expect(asks(UDRE_VECTOR)).toBe(true);
  write(UDR, 1);
  ahead(11 * BIT);
  expect(asks(TX)).toBe(true);
  chip.usart1.acknowledge(TX);
  expect([asks(TX), read(UCSRA)]).toEqual([false, UDRE]);
  write(UDR, 1);
  ahead(11 * BIT);
  write(UCSRA, TXC);
  expect(read(UCSRA)).toBe(UDRE);
  chip.usart1.acknowledge(UDRE_VECTOR);
  expect(asks(UDRE_VECTOR)).toBe(true);
});

test('ATmega32U4 USART1, a character from the line, is there after its stop bit and asks until read', () => {
  const { chip, read, ahead, asks } = open(RXEN | RXCIE);
  chip.usart1.send(Uint8Array.of(0xa7));
  ahead(11 * BIT - 1);
  expect([read(UCSRA) & RXC, asks(RX)]).toEqual([0, false]);
  ahead(1);
  expect([read(UCSRA), asks(RX)]).toEqual([RXC | UDRE, true]);
  chip.usart1.acknowledge(RX);
  expect(asks(RX)).toBe(true);
  expect(read(UDR)).toBe(0xa7);
  expect([read(UCSRA), asks(RX)]).toEqual([UDRE, false]);
});

test('ATmega32U4 USART1, three characters unread, holds them; the start bit of a fourth loses the third', () => {
  const { chip, read, to, events } = open(RXEN);
  const start = chip.machine.now;
  chip.usart1.send(Uint8Array.of(1, 2, 3, 4));
  to(start + 33 * BIT - 1);
  expect(read(UCSRA) & DOR).toBe(0);
  to(start + 33 * BIT + 1);
  expect(read(UCSRA) & DOR).toBe(DOR);
  to(start + 44 * BIT);
  expect([read(UDR), read(UCSRA) & DOR, read(UDR), read(UDR)]).toEqual([1, 0, 2, 4]);
  expect(events()).toHaveLength(1);
});

test('ATmega32U4 USART1, a peer with odd parity, sets UPE with the character it belongs to', () => {
  const { chip, read, ahead } = open(RXEN, { ...PEER, parity: 'odd' });
  chip.usart1.send(Uint8Array.of(0x11));
  ahead(11 * BIT);
  expect(read(UCSRA) & (UPE | FE)).toBe(UPE);
  expect(read(UDR)).toBe(0x11);
  expect(read(UCSRA) & UPE).toBe(0);
});

test('ATmega32U4 USART1, a peer at half the rate, finds no stop bit: FE', () => {
  const { chip, read, ahead } = open(RXEN, { ...PEER, baud: BAUD / 2 });
  chip.usart1.send(Uint8Array.of(0));
  ahead(22 * BIT);
  expect(read(UCSRA) & FE).toBe(FE);
});

test('ATmega32U4 USART1, receiver turned off and on, is empty and deaf to what had begun', () => {
  const { chip, read, write, ahead } = open(RXEN);
  chip.usart1.send(Uint8Array.of(1, 2, 3));
  ahead(16 * BIT);
  write(UCSRB, 0);
  write(UCSRB, RXEN);
  expect(read(UCSRA) & RXC).toBe(0);
  ahead(17 * BIT);
  expect([read(UDR), read(UCSRA) & RXC]).toEqual([3, 0]);
});

test('ATmega32U4 USART1, PRUSART1 set, stands still: a character in the middle goes on afterwards', () => {
  const { write, ahead, times, events, read } = open();
  write(UDR, 1);
  ahead(5 * BIT);
  write(0x65, 1);
  ahead(100 * BIT);
  expect(times).toEqual([]);
  expect(read(UCSRA)).toBe(0);
  write(0x65, 0);
  ahead(6 * BIT - 1);
  expect(times).toEqual([]);
  ahead(1);
  expect(times).toHaveLength(1);
  expect(events()).toEqual(['unpowered-access UCSR1A: read (1)']);
});

test('ATmega32U4 USART1, what it does not do, is a gap event', () => {
  const { write, events } = open();
  write(UCSRC, 0x46);
  write(UCSRB, 0x04);
  write(UCSRA, 0x01);
  expect(events().map((line) => line.split(':')[0])).toEqual([
    'gap-register UCSR1C',
    'gap-register UCSR1B',
    'gap-register UCSR1A',
  ]);
});
