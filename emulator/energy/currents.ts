/** Supply currents of a chip by power state. A table; the integration over time is in meter.ts.
 *  Source: ATmega16U4/32U4 data sheet, "DC Characteristics": active 8 MHz 5 V 10 mA typical, idle 6 mA at most.
 *  ASSUMED: what the sheet does not give at 16 MHz: 27 mA active (measured by others), idle in proportion to
 *  the 8 MHz figure, standby and power-down of a part whose watchdog runs. No sheet gives the extra current
 *  of a page erase or write. Leaves out: temperature, pins that drive loads. */

export const POWER_STATES = [
  'off',
  'active',
  'idle',
  'adc-noise-reduction',
  'standby',
  'power-down',
] as const;
export type PowerState = (typeof POWER_STATES)[number];

/** Milliamperes. */
export type CurrentTable = Readonly<Record<PowerState, number>>;

export const ATMEGA32U4_16MHZ_5V: CurrentTable = {
  off: 0,
  active: 27,
  idle: 12,
  'adc-noise-reduction': 8,
  standby: 0.5,
  'power-down': 0.01,
};
