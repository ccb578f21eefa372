/** What an operation costs in energy: one table for the planner's prediction and for counting on the chip.
 *  Sources beside each row; "assumed" where no data sheet has the figure. Kachman and Balaz 2016 gives the
 *  terms (read, page write, regions, SRAM) and no numbers: "not yet able to determine exact power consumption".
 *  Leaves out: sleep states and leakage. */

import { ATMEGA32U4_16MHZ_5V } from './currents.ts';

export interface EnergyParameters {
  readonly supplyMillivolts: number;
  readonly clockHz: number;
  readonly activeMicroamps: number;
  readonly idleMicroamps: number;
  /** One byte read from flash by the CPU: lambda flash(read). */
  readonly flashReadNanojoules: number;
  readonly pageEraseNanojoules: number;
  readonly pageProgramNanojoules: number;
  readonly pageEraseUs: number;
  readonly pageProgramUs: number;
  /** E_k, equation 1: activation of one flash region, the same for every k. */
  readonly regionNanojoules: number;
  /** One byte moved into or out of SRAM. */
  readonly sramNanojoules: number;
  /** One byte on the air, at the receiving node. */
  readonly radioNanojoules: number;
}

export interface ParameterSource {
  readonly name: keyof EnergyParameters;
  readonly source: string;
}

export const ATMEGA32U4_SUPPLY_MILLIVOLTS = 5000;
const CLOCK_HZ = 16_000_000;
const ACTIVE_MICROAMPS = ATMEGA32U4_16MHZ_5V.active * 1000;
const IDLE_MICROAMPS = ATMEGA32U4_16MHZ_5V.idle * 1000;
const PAGE_OPERATION_US = 4500;
const LPM_CYCLES = 3;
const SRAM_CYCLES = 2;
const REGION_NANOJOULES = 1;
const RADIO_MICROAMPS = 18_800;
const RADIO_MILLIVOLTS = 3000;
const RADIO_BYTE_US = 32;

/** Microamps x millivolts are nanowatts. */
const nanojoules = (microamps: number, millivolts: number, us: number): number =>
  (microamps * millivolts * us) / 1e6;

/** An ATmega32U4 at 16 MHz that receives through a CC2420. */
export function atmega32u4Energy(
  supplyMillivolts: number = ATMEGA32U4_SUPPLY_MILLIVOLTS,
): EnergyParameters {
  const active = (us: number) => nanojoules(ACTIVE_MICROAMPS, supplyMillivolts, us);
  const cycles = (count: number) => active((count * 1e6) / CLOCK_HZ);
  return {
    supplyMillivolts,
    clockHz: CLOCK_HZ,
    activeMicroamps: ACTIVE_MICROAMPS,
    idleMicroamps: IDLE_MICROAMPS,
    flashReadNanojoules: cycles(LPM_CYCLES),
    pageEraseNanojoules: active(PAGE_OPERATION_US),
    pageProgramNanojoules: active(PAGE_OPERATION_US),
    pageEraseUs: PAGE_OPERATION_US,
    pageProgramUs: PAGE_OPERATION_US,
    regionNanojoules: REGION_NANOJOULES,
    sramNanojoules: cycles(SRAM_CYCLES),
    radioNanojoules: nanojoules(RADIO_MICROAMPS, RADIO_MILLIVOLTS, RADIO_BYTE_US),
  };
}

export const ATMEGA32U4_ENERGY_SOURCES: readonly ParameterSource[] = [
  { name: 'supplyMillivolts', source: 'assumed: 16 MHz needs 4.5 to 5.5 V' },
  { name: 'clockHz', source: "the node's crystal" },
  { name: 'activeMicroamps', source: 'assumed: 27 mA at 16 MHz and 5 V; the data sheet has 8 MHz' },
  { name: 'idleMicroamps', source: 'assumed: twice the 6 mA of the data sheet at 8 MHz and 5 V' },
  { name: 'flashReadNanojoules', source: 'derived: LPM takes 3 cycles at the active current' },
  { name: 'pageEraseNanojoules', source: 'derived: active current for 4.5 ms; none is published' },
  {
    name: 'pageProgramNanojoules',
    source: 'derived: active current for 4.5 ms; none is published',
  },
  { name: 'pageEraseUs', source: 'data sheet, SPM: 3.7 to 4.5 ms' },
  { name: 'pageProgramUs', source: 'data sheet, SPM: 3.7 to 4.5 ms' },
  { name: 'regionNanojoules', source: 'assumed: Pallister et al. 2014 measured other chips' },
  { name: 'sramNanojoules', source: 'derived: LD and ST take 2 cycles at the active current' },
  { name: 'radioNanojoules', source: 'CC2420 data sheet: RX 18.8 mA, 250 kbit/s; 3 V assumed' },
];
