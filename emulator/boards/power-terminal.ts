/** The power terminal: an LPC2478 that measures three phases and talks FT1.2 to its master station.
 *  Source: harness/docs/decisions/0001-power-load-protocol.md (ports); the wiring is this project's own.
 *  Leaves out: the supply's hold-up capacitor, the display, the metering chip's own registers. */

import { createLpc2478, type Lpc2478, type Lpc2478Options } from '../chips/lpc2478.ts';

/** UART that carries the protocol: 115200 baud, 8E1. */
export const PROTOCOL_UART = 1;
/** UART with the console, and the ROM's ISP: 115200 baud, 8N1. */
export const CONSOLE_UART = 0;
/** Low at reset: the ROM enters ISP. */
export const ISP_ENTRY_PIN = 'P2.10';
const CRYSTAL_HZ = 12_000_000;

/** ADC channel → what is behind it. Channels 0-2 are voltages, 3-5 currents, of phases A, B, C. */
const MAINS_HZ = 50;
const PHASES = 3;
/** Both dividers put zero in the middle of the ADC's range. */
const MID_SCALE_VOLTS = 1.65;

export interface Phase {
  /** At the ADC pin; 1.2 V stands for the nominal 311 V peak. */
  readonly voltageAmplitudeVolts: number;
  /** At the ADC pin; 1.0 V stands for 7.1 A peak. */
  readonly currentAmplitudeVolts: number;
  /** Current behind voltage, radians. */
  readonly lagRadians: number;
}
export const NOMINAL_PHASES: readonly Phase[] = [
  { voltageAmplitudeVolts: 1.2, currentAmplitudeVolts: 0.5, lagRadians: 0.3 },
  { voltageAmplitudeVolts: 1.19, currentAmplitudeVolts: 0.45, lagRadians: 0.35 },
  { voltageAmplitudeVolts: 1.21, currentAmplitudeVolts: 0.55, lagRadians: 0.25 },
];

export interface PowerTerminalOptions extends Lpc2478Options {
  readonly phases?: readonly Phase[];
  /** Position of the ISP entry switch. */
  readonly ispSwitch?: 'low' | 'high';
}

export interface PowerTerminal {
  readonly chip: Lpc2478;
  readonly protocolUart: ReturnType<Lpc2478['uart']>;
  readonly consoleUart: ReturnType<Lpc2478['uart']>;
  setIspSwitch(level: 'low' | 'high'): void;
}

/** The board without supply: call `chip.powerOn`. */
export function createPowerTerminal(options: PowerTerminalOptions): PowerTerminal {
  const chip = createLpc2478({ oscillatorHz: CRYSTAL_HZ, ...options });
  const protocolUart = chip.uart(PROTOCOL_UART);
  const consoleUart = chip.uart(CONSOLE_UART);
  protocolUart.setPeer({ baud: 115_200, parity: 'even', stopBits: 1 });
  consoleUart.setPeer({ baud: 115_200, parity: 'none', stopBits: 1 });
  (options.phases ?? NOMINAL_PHASES).forEach((phase, n) => {
    const angle = (-2 * Math.PI * n) / PHASES;
    const wave = { offsetVolts: MID_SCALE_VOLTS, hz: MAINS_HZ };
    chip.setWave(n, { ...wave, amplitudeVolts: phase.voltageAmplitudeVolts, phase: angle });
    chip.setWave(PHASES + n, {
      ...wave,
      amplitudeVolts: phase.currentAmplitudeVolts,
      phase: angle - phase.lagRadians,
    });
  });
  const setIspSwitch = (level: 'low' | 'high'): void => chip.setPin(ISP_ENTRY_PIN, level);
  setIspSwitch(options.ispSwitch ?? 'high');
  return { chip, protocolUart, consoleUart, setIspSwitch };
}
