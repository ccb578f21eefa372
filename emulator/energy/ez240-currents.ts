/** Supply currents of an Ez240's parts by power state, 3 V. A table; the integration over time is in meter.ts.
 *  CONFIRMED: Crossbow TelosB sheet (MSP430F1611 active 1.8 mA, sleeping 5.1 uA, as measured on such a board);
 *  SLAS648E for the same flash module (program and erase 3 mA typical, 5 and 7 mA at most); CC2420 data sheet
 *  SWRS041c (all states, typical; 17.4 mA is for 0 dBm); Micron M25P80 data sheet (maxima; read at 33 MHz).
 *  ASSUMED: LPM0 to LPM2 and LPM4 of the MSP430F1611, from memory of SLAS368; that program and erase currents
 *  come on top of the CPU's; 0 dBm whatever TXCTRL says; deep power-down's typical value for its 10 uA at most.
 *  Leaves out: LEDs, sensors, USB bridge, temperature. */

export const EZ240_SUPPLY_MILLIVOLTS = 3000;

export const MSP430_POWER_STATES = [
  'off',
  'active',
  'LPM0',
  'LPM1',
  'LPM2',
  'LPM3',
  'LPM4',
] as const;
export type Msp430PowerState = (typeof MSP430_POWER_STATES)[number];
export const FLASH_POWER_STATES = ['off', 'program', 'erase'] as const;
export const RADIO_POWER_STATES = ['off', 'power-down', 'idle', 'receiving', 'sending'] as const;
export type RadioPowerState = (typeof RADIO_POWER_STATES)[number];
export const M25P80_POWER_STATES = [
  'off',
  'deep power-down',
  'standby',
  'read',
  'program',
  'erase',
] as const;
export type M25p80PowerState = (typeof M25P80_POWER_STATES)[number];

/** Milliamperes. */
export const EZ240_CURRENTS = {
  cpu: {
    off: 0,
    active: 1.8,
    LPM0: 0.075,
    LPM1: 0.075,
    LPM2: 0.017,
    LPM3: 0.0051,
    LPM4: 0.0002,
  },
  /** Beside the CPU's; nothing while neither goes on. */
  flash: { off: 0, program: 3, erase: 3 },
  radio: { off: 0.00002, 'power-down': 0.02, idle: 0.426, receiving: 18.8, sending: 17.4 },
  externalFlash: {
    off: 0,
    'deep power-down': 0.001,
    standby: 0.05,
    read: 4,
    program: 15,
    erase: 15,
  },
} as const satisfies {
  cpu: Record<Msp430PowerState, number>;
  flash: Record<(typeof FLASH_POWER_STATES)[number], number>;
  radio: Record<RadioPowerState, number>;
  externalFlash: Record<M25p80PowerState, number>;
};
