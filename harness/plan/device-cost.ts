/** What an update costs in the device: reads, pages, regions, wear, RAM and energy.
 *  Source: Kachman and Balaz 2016, equations 2, 4 and 5; emulator/energy/parameters.ts for the figures.
 *  Leaves out: the transport's own energy but for the radio, and sleep. */

import { atmega32u4Energy, type EnergyParameters } from '../../emulator/energy/parameters.ts';

/** Three ways to count: equation as printed, corrected, and what an agent that joins operations does. */
interface ThreeCounts {
  readonly asPrinted: number;
  readonly corrected: number;
  readonly programmed: number;
}

export interface DeviceCounts {
  readonly bytesRead: {
    /** From the old image, for COPYs. */
    readonly copied: number;
    /** The patch, once, while it is applied. */
    readonly patch: number;
    /** Images and file for their checks. */
    readonly checks: number;
  };
  /** Pages of the application; `staging` are those that the waiting patch takes. */
  readonly pages: ThreeCounts & { readonly staging: number };
  readonly regions: ThreeCounts;
  readonly journal: {
    readonly sparePages: number;
    readonly records: number;
    readonly logErases: number;
  };
  readonly mostErasesOfOnePage: number;
  /** What the scheme needs beside the transport's buffers. */
  readonly ramBytes: number;
  /** Bytes moved into and out of SRAM. */
  readonly sramBytes: number;
}

export interface EnergyShares {
  readonly read: number;
  readonly erase: number;
  readonly program: number;
  readonly regions: number;
  readonly sram: number;
  readonly radio: number;
  readonly total: number;
}

export interface DeviceCost extends DeviceCounts {
  readonly pageErases: number;
  readonly pagePrograms: number;
  /** Time in which the flash is busy. */
  readonly flashBusyUs: number;
  readonly energyNanojoules: EnergyShares;
}

/** Equations 2 and 4 for counted operations, and the radio's share. */
export function energyOf(
  counts: DeviceCounts,
  bytesSent: number,
  parameters: EnergyParameters = atmega32u4Energy(),
): Pick<DeviceCost, 'pageErases' | 'pagePrograms' | 'flashBusyUs' | 'energyNanojoules'> {
  const { bytesRead, pages, journal } = counts;
  const replaced = pages.programmed + pages.staging + journal.sparePages;
  const pageErases = replaced + journal.logErases;
  const pagePrograms = replaced + journal.records;
  const readBytes = bytesRead.copied + bytesRead.patch + bytesRead.checks;
  const shares = {
    read: readBytes * parameters.flashReadNanojoules,
    erase: pageErases * parameters.pageEraseNanojoules,
    program: pagePrograms * parameters.pageProgramNanojoules,
    regions: counts.regions.programmed * parameters.regionNanojoules,
    sram: counts.sramBytes * parameters.sramNanojoules,
    radio: bytesSent * parameters.radioNanojoules,
  };
  const total = Object.values(shares).reduce((sum, share) => sum + share, 0);
  return {
    pageErases,
    pagePrograms,
    flashBusyUs: pageErases * parameters.pageEraseUs + pagePrograms * parameters.pageProgramUs,
    energyNanojoules: { ...shares, total },
  };
}
