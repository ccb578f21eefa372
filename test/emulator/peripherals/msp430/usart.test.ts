/** USART0 and USART1 of the MSP430F1611: character times with modulation, receiver errors, SPI master.
 *  Source: MSP430x1xx family user's guide, "USART Peripheral Interface, UART Mode" and "SPI Mode". */

import { describe, expect, test } from 'vitest';
import { Msp430Usart } from '../../../../emulator/peripherals/msp430/usart.ts';
import { ACLK_TICKS, mspRig } from './rig.ts';

const R = { CTL: 0, TCTL: 1, RCTL: 2, MCTL: 3, BR0: 4, BR1: 5, RXBUF: 6, TXBUF: 7 } as const;
type Name = keyof typeof R;
const IFG = { 0: 0x02, 1: 0x03 } as const;
const ME = { 0: 0x04, 1: 0x05 } as const;
const RX = { 0: 0x40, 1: 0x10 } as const;
const TX = { 0: 0x80, 1: 0x20 } as const;
const FE = 0x80;
const PE = 0x40;
const OE = 0x20;
const BRK = 0x10;
const RXERR = 0x01;

function usartRig(n: 0 | 1 = 1) {
  const rig = mspRig();
  const pins = { rx: true, tx: true };
  const usart = new Msp430Usart(rig.machine, rig.clocks, rig.registers, rig.sfr, {
    n,
    sources: rig.clocking,
    rxSelected: () => pins.rx,
    txSelected: () => pins.tx,
  });
  const base = n === 0 ? 0x70 : 0x78;
  const sent: { byte: number; ticks: number }[] = [];
  usart.onTransmit = (byte, start, end) => sent.push({ byte, ticks: end - start });
  const put = (name: Name, value: number) => rig.store(base + R[name], value);
  return {
    ...rig,
    usart,
    pins,
    sent,
    put,
    get: (name: Name) => rig.load(base + R[name]),
    flag: (mask: { 0: number; 1: number }) => (rig.load(IFG[n]) & mask[n]) !== 0,
    clearFlags: () => rig.store(IFG[n], 0),
    /** UART on ACLK. */
    open(control = 0x10, rate = 13, modulation = 0) {
      put('CTL', control | 1);
      put('TCTL', 0x10);
      put('BR0', rate & 0xff);
      put('BR1', rate >> 8);
      put('MCTL', modulation);
      rig.store(ME[n], RX[n] | TX[n]);
      put('CTL', control);
    },
  };
}

describe('transmitter', () => {
  test.each([
    ['8N1, 2400 baud: BR 13, MCTL 6B', 0x10, 13, 0x6b, 10 * 13 + 7],
    ['8N1 without modulation', 0x10, 13, 0, 130],
    ['8E1: 11 bits', 0xd0, 13, 0, 143],
    ['8N2: 11 bits', 0x30, 13, 0, 143],
    ['7N1: 9 bits', 0x00, 13, 0, 117],
    ['the ninth bit takes bit 0 of MCTL again', 0x10, 3, 0x01, 32],
    ['9600 baud: BR 3, MCTL 4A, the bits 1, 3, 6 and 9', 0x10, 3, 0x4a, 34],
  ])('%s', (_name, control, rate, modulation, clocks) => {
    const rig = usartRig();
    rig.open(control, rate, modulation);
    rig.put('TXBUF', 0x55);
    rig.passAclk(clocks);
    expect(rig.sent).toEqual([{ byte: 0x55, ticks: clocks * ACLK_TICKS }]);
  });
  test('UTXIFG is free again at once; the second waits, the third takes its place', () => {
    const rig = usartRig();
    rig.open();
    expect(rig.flag(TX)).toBe(true);
    rig.put('TXBUF', 1);
    expect(rig.flag(TX)).toBe(true);
    expect(rig.get('TCTL') & 1).toBe(0);
    rig.put('TXBUF', 2);
    expect(rig.flag(TX)).toBe(false);
    rig.put('TXBUF', 3);
    rig.passAclk(130);
    expect(rig.flag(TX)).toBe(true);
    rig.passAclk(129);
    expect(rig.get('TCTL') & 1).toBe(0);
    rig.passAclk(1);
    expect(rig.get('TCTL') & 1).toBe(1);
    expect(rig.sent.map(({ byte }) => byte)).toEqual([1, 3]);
  });
  test('its clock stops inside a character: the rest is sent when it runs again', () => {
    const rig = usartRig();
    rig.open();
    rig.put('TXBUF', 1);
    rig.passAclk(100);
    rig.clocking.setStatus(0xf0);
    rig.passAclk(1000);
    expect(rig.sent).toEqual([]);
    rig.clocking.setStatus(0);
    rig.passAclk(30);
    expect(rig.sent.length).toBe(1);
  });
  test('without UTXE the character waits; without the pin it is an event', () => {
    const rig = usartRig();
    rig.open();
    rig.store(ME[1], 0);
    rig.put('TXBUF', 1);
    rig.passAclk(200);
    expect(rig.usart.transmitterIdle).toBe(false);
    rig.pins.tx = false;
    rig.store(ME[1], TX[1]);
    rig.passAclk(130);
    expect(rig.sent).toEqual([]);
    expect(rig.kinds()).toEqual(['pin-not-selected']);
  });
  test('a clock from UCLK is a gap', () => {
    const rig = usartRig();
    rig.open();
    rig.put('TCTL', 0);
    rig.put('TXBUF', 1);
    expect(rig.kinds()).toEqual(['gap-register']);
  });
  test('UTXIE makes a line, entering the vector clears the flag', () => {
    const rig = usartRig(0);
    rig.open();
    rig.store(0x00, 0x80);
    expect([...rig.lines]).toEqual([rig.VECTORS.USART0TX]);
    rig.interrupts.taken(rig.VECTORS.USART0TX);
    expect(rig.lines.size).toBe(0);
  });
});

describe('receiver', () => {
  const baud = 32_768 / 13;
  const listening = (control = 0x10, peer = {}) => {
    const rig = usartRig();
    rig.open(control);
    rig.usart.setPeer({ baud, parity: 'none', stopBits: 1, ...peer });
    return rig;
  };
  test('a character sets URXIFG at the end of its stop bit; reading RXBUF clears it', () => {
    const rig = listening();
    rig.usart.send(Uint8Array.of(0xa5));
    rig.passAclk(129);
    expect(rig.flag(RX)).toBe(false);
    rig.passAclk(1);
    expect(rig.flag(RX)).toBe(true);
    expect(rig.get('RXBUF')).toBe(0xa5);
    expect(rig.flag(RX)).toBe(false);
  });
  test('an unread character is overwritten: OE', () => {
    const rig = listening();
    rig.usart.send(Uint8Array.of(1, 2));
    rig.passAclk(260);
    expect(rig.get('RCTL')).toBe(OE | RXERR);
    expect(rig.get('RXBUF')).toBe(2);
    expect(rig.get('RCTL')).toBe(0);
    expect(rig.kinds()).toEqual(['uart-overrun']);
  });
  test.each([
    ['without URXEIE it is not received', 0, false],
    ['with URXEIE it is', 0x08, true],
  ])('a wrong parity bit: %s', (_name, urxeie, received) => {
    const rig = listening(0xd0, { parity: 'odd' });
    rig.put('RCTL', urxeie);
    rig.usart.send(Uint8Array.of(0x31));
    rig.passAclk(143);
    expect(rig.get('RCTL') & (PE | RXERR)).toBe(PE | RXERR);
    expect(rig.flag(RX)).toBe(received);
  });
  test('a sender of half the speed: framing error or break', () => {
    const rig = listening(0x10, { baud: baud / 2 });
    rig.put('RCTL', 0x08);
    rig.usart.send(Uint8Array.of(0x0f, 0x00));
    rig.passAclk(260);
    expect(rig.get('RCTL') & FE).toBe(0);
    rig.get('RXBUF');
    rig.passAclk(260);
    expect(rig.get('RCTL') & BRK).toBe(BRK);
  });
  test.each([
    ['1 % off', 1.01, true],
    ['8 % off', 1.08, false],
  ])('a sender %s', (_name, factor, arrives) => {
    const rig = listening(0x10, { baud: baud * factor });
    rig.usart.send(Uint8Array.of(0x5a));
    rig.passAclk(140);
    expect(rig.get('RXBUF') === 0x5a).toBe(arrives);
  });
  test('a receiver that is off, in reset or without its pin hears nothing', () => {
    for (const deafen of [
      (rig: ReturnType<typeof usartRig>) => rig.store(ME[1], TX[1]),
      (rig: ReturnType<typeof usartRig>) => rig.put('CTL', 0x11),
      (rig: ReturnType<typeof usartRig>) => {
        rig.pins.rx = false;
      },
    ]) {
      const rig = listening();
      deafen(rig);
      rig.usart.send(Uint8Array.of(1));
      rig.passAclk(130);
      expect(rig.flag(RX)).toBe(false);
    }
  });
  test('SWRST clears flags and errors and sets UTXIFG', () => {
    const rig = listening();
    rig.usart.send(Uint8Array.of(1, 2));
    rig.passAclk(260);
    rig.put('TXBUF', 9);
    rig.put('CTL', 0x11);
    expect([rig.flag(RX), rig.flag(TX), rig.get('RCTL'), rig.get('TCTL') & 1]).toEqual([
      false,
      true,
      0,
      1,
    ]);
    rig.passAclk(200);
    expect(rig.sent).toEqual([]);
  });
});

describe('SPI master', () => {
  const master = (n: 0 | 1 = 0) => {
    const rig = usartRig(n);
    rig.open(0x16, 2);
    return rig;
  };
  test('a byte takes 8 bits of UxBR clocks and brings one in', () => {
    const rig = master();
    rig.usart.onExchange = (byte) => byte ^ 0xff;
    rig.put('TXBUF', 0x0f);
    rig.passAclk(15);
    expect(rig.flag(RX)).toBe(false);
    rig.passAclk(1);
    expect(rig.flag(RX)).toBe(true);
    expect(rig.get('RXBUF')).toBe(0xf0);
    expect(rig.sent).toEqual([]);
  });
  test('an open line reads FF, and not reading is no event', () => {
    const rig = master();
    rig.put('TXBUF', 1);
    rig.put('TXBUF', 2);
    rig.passAclk(32);
    expect(rig.get('RCTL') & OE).toBe(OE);
    expect(rig.get('RXBUF')).toBe(0xff);
    expect(rig.kinds()).toEqual([]);
  });
  test('slave mode and I2C are gaps', () => {
    const rig = usartRig(0);
    rig.open(0x14, 2);
    expect(rig.kinds()).toEqual(['gap-register']);
    const other = usartRig(0);
    other.put('CTL', 0x25);
    expect(other.kinds()).toEqual(['gap-register']);
  });
});
