/** Ez240, a TelosB-class sensor node: MSP430F1611, CC2420 radio, 1 MB of serial flash, serial number, three LEDs.
 *  Source: the Telos/Tmote Sky schematic as TinyOS and Contiki have its pins (platform telosb, platform sky).
 *  Leaves out: the light sensors but as plain voltages; the I2C switch (ADG715) between the bridge's DTR and RTS and
 *  the chip's RST and TCK, which the bench moves itself. */

import {
  createMsp430f1611,
  type Msp430f1611,
  type Msp430f1611Options,
} from '../chips/msp430f1611.ts';
import type { NodeTraffic } from '../energy/node-traffic.ts';
import type { NorArray } from '../flash/nor-array.ts';
import { Cc2420 } from '../parts/cc2420.ts';
import { Ds2411 } from '../parts/ds2411.ts';
import { M25P80_MEMORY, M25p80 } from '../parts/m25p80.ts';
import { PIN_UART_MEMORY, PinUart } from '../parts/pin-uart.ts';
import { Sht11 } from '../parts/sht11.ts';
import { type PortNumber, parseMsp430Pin } from '../peripherals/msp430/ports.ts';

/** USART to the host, behind a USB bridge: 115200 baud, 8N1, by Contiki's and TinyOS's default. */
export const EZ240_HOST_USART = 1;
export const EZ240_LEDS = { red: 'P5.4', green: 'P5.5', blue: 'P5.6' } as const;
export const EZ240_BUTTON_PIN = 'P2.7';
const FLASH_SELECT = 'P4.4';
const FLASH_HOLD = 'P4.7';
const RADIO = { select: 'P4.2', vregEnable: 'P4.5', reset: 'P4.6' } as const;
const RADIO_PINS = { fifo: 'P1.3', fifop: 'P1.0', sfd: 'P4.1', cca: 'P1.4' } as const;
const SERIAL_PIN = 'P2.4';
/** The bridge is at the boot loader's pins as well: the chip sends from the first. */
const BSL_PINS = { tx: 'P1.1', rx: 'P2.2' } as const;
const SHT11 = { data: 'P1.5', clock: 'P1.6', power: 'P1.7' } as const;
/** What an SPI master reads while nobody drives the line. */
const OPEN_LINE = 0xff;
/** State of the parts but the flash. */
const PARTS_BYTES = 2048;

export interface Ez240Options extends Msp430f1611Options {
  /** 48 bits of the DS2411, most significant byte first. */
  readonly serial?: readonly number[];
}

export interface Ez240 {
  readonly chip: Msp430f1611;
  readonly host: ReturnType<Msp430f1611['uart']>;
  /** The same bridge at the boot loader's pins. */
  readonly bslPort: PinUart;
  readonly radio: Cc2420;
  readonly externalFlash: M25p80;
  readonly serialNumber: Ds2411;
  readonly climate: Sht11;
  setButton(pressed: boolean): void;
  isLedOn(led: keyof typeof EZ240_LEDS): boolean;
  /** Since the board was made. */
  traffic(): NodeTraffic;
}

/** The board without supply: call `chip.powerOn`. */
export function createEz240(options: Ez240Options): Ez240 {
  const chip = createMsp430f1611({
    ...options,
    board: {
      stateBytes: M25P80_MEMORY.stateBytes + PIN_UART_MEMORY.stateBytes + PARTS_BYTES,
      bulkBytes: M25P80_MEMORY.bulkBytes + PIN_UART_MEMORY.bulkBytes,
    },
  });
  const { machine, ports } = chip;
  const isHigh = (name: string): boolean => chip.pin(name) === 'high';
  const radio = new Cc2420(machine, {
    onPins: (pins) => {
      for (const name of ['fifo', 'fifop', 'sfd', 'cca'] as const) {
        chip.setPin(RADIO_PINS[name], pins[name] ? 'high' : 'low');
      }
    },
  });
  const externalFlash = new M25p80(machine, { seed: options.seed ^ 0xf1a5 });
  const serialNumber = new Ds2411(machine, {
    serial: options.serial ?? [0x00, 0x00, 0x0e, 0x24, 0x00, 0x01],
    pullLow: (low) => chip.setPin(SERIAL_PIN, low ? 'low' : 'high'),
  });
  const climate = new Sht11(machine, {
    pullLow: (low) => chip.setPin(SHT11.data, low ? 'low' : 'high'),
    supplyMillivolts: () => chip.supply.millivolts,
  });
  const bslPort = new PinUart(machine, {
    name: 'BSL bridge',
    drive: (high) => chip.setPin(BSL_PINS.rx, high ? 'high' : 'low'),
    level: () => isHigh(BSL_PINS.tx),
  });

  /** Selects are low; without supply, nothing is selected. */
  const follow = (port: PortNumber): void => {
    if (port === 4) {
      const radioOn = chip.isPowered && isHigh(RADIO.vregEnable);
      radio.setControl(radioOn, !isHigh(RADIO.reset));
      radio.select(radioOn && !isHigh(RADIO.select));
      externalFlash.hold(!isHigh(FLASH_HOLD));
      externalFlash.select(chip.isPowered && !isHigh(FLASH_SELECT));
    }
    if (port === 1) {
      climate.setPower(chip.isPowered && isHigh(SHT11.power));
      climate.lines(isHigh(SHT11.clock), isHigh(SHT11.data));
    }
    if (port === 2 && !(serialNumber.isPulling && !isHigh(SERIAL_PIN))) {
      serialNumber.masterDrives(!isHigh(SERIAL_PIN));
    }
  };
  /** A pin that the chip does not drive leaves the part alone. */
  const pullUp = (name: string): void => {
    const [port, pin] = parseMsp430Pin(name);
    ports.drive(port, pin, true);
  };
  for (const name of [
    FLASH_SELECT,
    FLASH_HOLD,
    RADIO.select,
    SERIAL_PIN,
    SHT11.data,
    EZ240_BUTTON_PIN,
    ...Object.values(BSL_PINS),
  ]) {
    pullUp(name);
  }
  for (const name of Object.values(EZ240_LEDS)) pullUp(name);
  ports.onLevels.push(({ port, before, after }) => {
    const others = port === 4 ? 0xff & ~(1 << 1) : 0xff;
    if (((before ^ after) & others) !== 0) follow(port);
    if (port === 1 && ((before ^ after) & (1 << 1)) !== 0) bslPort.chipDrives(isHigh(BSL_PINS.tx));
  });
  const spi = chip.uart(0);
  spi.onExchange = (byte) => {
    const answers = [radio.exchange(byte), externalFlash.exchange(byte)].filter((a) => a >= 0);
    return answers.reduce((low, answer) => low & answer, OPEN_LINE);
  };
  chip.onSupply.push((isPowered) => {
    externalFlash.setPower(isPowered);
    serialNumber.reset();
    follow(4);
    follow(1);
  });
  const programmed = machine.memory.stateWords('tally of flash bytes programmed', 1);
  chip.flash.doneListeners.push(({ kind, bytes }) => {
    if (kind === 'program') programmed[0]! += bytes;
  });
  chip.uart(EZ240_HOST_USART).setPeer({ baud: 115_200, parity: 'none', stopBits: 1 });
  bslPort.setPeer({ baud: 9600, parity: 'even', stopBits: 1 });
  return {
    chip,
    bslPort,
    host: chip.uart(EZ240_HOST_USART),
    radio,
    externalFlash,
    serialNumber,
    climate,
    setButton: (pressed) => chip.setPin(EZ240_BUTTON_PIN, pressed ? 'low' : 'high'),
    isLedOn: (led) => !isHigh(EZ240_LEDS[led]),
    traffic: () => ({
      flashBytesRead: chip.cpu.dataBytesRead,
      flashBytesProgrammed: programmed[0]!,
      segmentErases: erasesOf(chip.flash),
      externalBytesRead: externalFlash.bytesRead,
      externalBytesProgrammed: externalFlash.bytesProgrammed,
      sectorErases: erasesOf(externalFlash.flash),
      radioBytesSent: radio.bytesSent,
      radioBytesReceived: radio.bytesReceived,
    }),
  };
}

const sum = (counts: Iterable<number>): number =>
  [...counts].reduce((all, count) => all + count, 0);
const erasesOf = (flash: NorArray): number =>
  sum(flash.options.sectors.map(({ index }) => flash.eraseCount(index)));
