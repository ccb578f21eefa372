import { describe, expect, test } from 'vitest';
import { CYCLE, heldAvr } from '../../chips/avr-rig.ts';

describe('ATmega32U4 SPI', () => {
  const [SPCR, SPSR, SPDR] = [0x4c, 0x4d, 0x4e];
  const [SPE, MSTR, SPIE, SPIF, WCOL] = [0x40, 0x10, 0x80, 0x80, 0x40];
  const VECTOR = 24;

  test('master at clkIO / 4, takes 32 cycles for a byte; nothing connected reads FF', () => {
    const { write, read, cycles } = heldAvr();
    write(SPCR, SPE | MSTR);
    write(SPDR, 0x12);
    cycles(31);
    expect(read(SPSR)).toBe(0);
    cycles(1);
    expect(read(SPSR)).toBe(SPIF);
    expect(read(SPDR)).toBe(0xff);
    expect(read(SPSR)).toBe(0);
  });

  test('SPI2X and SPR, choose the rate', () => {
    const rates = [0, 1, 2, 3].flatMap((spr) =>
      [0, 1].map((double) => {
        const { chip, write, read, cycles } = heldAvr();
        write(SPSR, double);
        write(SPCR, SPE | MSTR | spr);
        write(SPDR, 0);
        let n = 0;
        while ((read(SPSR) & SPIF) === 0 && n < 2000) {
          cycles(1);
          n++;
        }
        expect(chip.machine.now).toBeGreaterThan(0);
        return n / 8;
      }),
    );
    expect(rates).toEqual([4, 2, 16, 8, 64, 32, 128, 64]);
  });

  test('a device, gets the byte and answers; the interrupt is cleared by its vector', () => {
    const { chip, write, read, cycles, asks } = heldAvr();
    const got: number[] = [];
    chip.parts.spi.onExchange = (byte) => {
      got.push(byte);
      return byte ^ 0xff;
    };
    write(SPCR, SPE | MSTR | SPIE);
    write(SPDR, 0x0f);
    cycles(32);
    expect([got, asks(VECTOR)]).toEqual([[0x0f], true]);
    chip.parts.interruptTaken(VECTOR);
    expect([asks(VECTOR), read(SPSR), read(SPDR)]).toEqual([false, 0, 0xf0]);
  });

  test('a store during a transfer, is a collision and is lost', () => {
    const { chip, write, read, cycles } = heldAvr();
    const got: number[] = [];
    chip.parts.spi.onExchange = (byte) => got.push(byte);
    write(SPCR, SPE | MSTR);
    write(SPDR, 1);
    write(SPDR, 2);
    expect(read(SPSR)).toBe(WCOL);
    cycles(32);
    expect([got, read(SPSR)]).toEqual([[1], SPIF | WCOL]);
    read(SPDR);
    expect(read(SPSR)).toBe(0);
  });

  test('slave, gives what was stored and takes the byte of the master', () => {
    const { chip, write, read } = heldAvr();
    write(SPCR, SPE);
    write(SPDR, 0x55);
    expect(chip.parts.spi.exchangeAsSlave(0xaa)).toBe(0x55);
    expect([read(SPSR), read(SPDR)]).toEqual([SPIF, 0xaa]);
  });
});

describe('ATmega32U4 TWI', () => {
  const [TWBR, TWSR, TWDR, TWCR] = [0xb8, 0xb9, 0xbb, 0xbc];
  const [TWINT, TWEA, TWSTA, TWSTO, TWEN, TWIE] = [0x80, 0x40, 0x20, 0x10, 0x04, 0x01];
  const GO = TWINT | TWEN;
  const VECTOR = 36;
  /** TWBR 72: 16 MHz / 160 = 100 kHz. */
  const BIT = 160 * CYCLE;

  function open() {
    const rig = heldAvr();
    rig.write(TWBR, 72);
    const step = (control: number) => {
      rig.write(TWCR, control);
      rig.ahead(9 * BIT);
      return [rig.read(TWSR), rig.read(TWCR) & TWINT];
    };
    const send = (byte: number) => {
      rig.write(TWDR, byte);
      return step(GO);
    };
    return { ...rig, step, send };
  }

  test('bus with no device, start is sent, the address is not acknowledged', () => {
    const { step, send, write, read, ahead } = open();
    expect(read(TWSR)).toBe(0xf8);
    expect(step(GO | TWSTA)).toEqual([0x08, TWINT]);
    expect(send(0x50 << 1)).toEqual([0x20, TWINT]);
    expect(step(GO | TWSTA)).toEqual([0x10, TWINT]);
    expect(send((0x50 << 1) | 1)).toEqual([0x48, TWINT]);
    write(TWCR, GO | TWSTO);
    ahead(BIT - 1);
    expect(read(TWCR) & TWSTO).toBe(TWSTO);
    ahead(1);
    expect([read(TWCR), read(TWSR)]).toEqual([TWEN, 0xf8]);
  });

  test('an address, takes nine bits of SCL and then asks', () => {
    const { write, step, ahead, asks } = open();
    step(GO | TWSTA);
    write(TWDR, 0xa0);
    write(TWCR, GO | TWIE);
    ahead(9 * BIT - 1);
    expect(asks(VECTOR)).toBe(false);
    ahead(1);
    expect(asks(VECTOR)).toBe(true);
  });

  test('a device, is written and read with the status codes of the datasheet', () => {
    const { chip, step, send, read } = open();
    const log: string[] = [];
    chip.parts.twi.device = {
      address: (address, reading) => log.push(`${address} ${reading}`) > 0 && address === 0x50,
      write: (byte) => log.push(`w${byte}`) < 4,
      read: (acknowledged) => {
        log.push(`r${acknowledged}`);
        return 0x77;
      },
      stop: () => log.push('stop'),
    };
    expect(step(GO | TWSTA)[0]).toBe(0x08);
    expect(send(0xa0)[0]).toBe(0x18);
    expect(send(1)[0]).toBe(0x28);
    expect(send(2)[0]).toBe(0x28);
    expect(send(3)[0]).toBe(0x30);
    expect(step(GO | TWSTA)[0]).toBe(0x10);
    expect(send(0xa1)[0]).toBe(0x40);
    expect(step(GO | TWEA)[0]).toBe(0x50);
    expect(step(GO)[0]).toBe(0x58);
    expect(read(TWDR)).toBe(0x77);
    step(GO | TWSTO);
    expect(log).toEqual(['80 false', 'w1', 'w2', 'w3', '80 true', 'rtrue', 'rfalse', 'stop']);
  });

  test('TWDR, stored while TWINT is clear, is refused with TWWC', () => {
    const { write, read } = open();
    write(TWCR, GO | TWSTA);
    write(TWDR, 5);
    expect([read(TWDR), read(TWCR) & 0x08]).toEqual([0xff, 0x08]);
  });
});
