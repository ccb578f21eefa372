/** A sensor node: an ATmega32U4 that measures light and temperature and talks FT1.2 to its master station.
 *  Source: harness/docs/decisions/0001-power-load-protocol.md (port); the wiring is this project's own.
 *  Leaves out: the radio, the battery, USB. */

import { type Atmega32u4, type Atmega32u4Options, createAtmega32u4 } from '../chips/atmega32u4.ts';

/** USART that carries the protocol: 38400 baud, 8E1. */
export const NODE_PROTOCOL_USART = 1;
/** Closes to ground; the chip pulls it up. A change of the pin can wake the node. */
export const NODE_BUTTON_PIN = 'PB4';
export const NODE_LED_PIN = 'PC7';
/** ADC channels: a light sensor on PF0, a temperature sensor of 10 mV a degree on PF1. */
export const LIGHT_CHANNEL = 0;
export const TEMPERATURE_CHANNEL = 1;
const CRYSTAL_HZ = 16_000_000;

export interface AvrNode {
  readonly chip: Atmega32u4;
  readonly protocolUart: Atmega32u4['usart1'];
  setButton(pressed: boolean): void;
  readonly isLedOn: boolean;
}

/** The board without supply: call `chip.powerOn`. */
export function createAvrNode(options: Atmega32u4Options): AvrNode {
  const chip = createAtmega32u4({ crystalHz: CRYSTAL_HZ, ...options });
  const protocolUart = chip.uart(NODE_PROTOCOL_USART);
  protocolUart.setPeer({ baud: 38_400, parity: 'even', stopBits: 1 });
  /** Lamps flicker at twice the mains frequency; a room warms and cools over minutes. */
  chip.setWave(LIGHT_CHANNEL, { offsetVolts: 2, amplitudeVolts: 0.2, hz: 100, phase: 0 });
  chip.setWave(TEMPERATURE_CHANNEL, {
    offsetVolts: 0.21,
    amplitudeVolts: 0.01,
    hz: 1 / 600,
    phase: 0,
  });
  return {
    chip,
    protocolUart,
    setButton: (pressed) => chip.setPin(NODE_BUTTON_PIN, pressed ? 'low' : 'float'),
    get isLedOn() {
      return chip.pin(NODE_LED_PIN) === 'high';
    },
  };
}
