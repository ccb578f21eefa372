import { describe, expect, test } from 'vitest';
import { energyProfiles } from '../../../harness/plan/energy/index.ts';
import { paperProfile } from '../../../harness/plan/energy/paper.ts';
import { energyOfTraffic } from '../../../harness/plan/energy/profile.ts';

const NOTHING = {
  flashBytesRead: 0,
  flashBytesProgrammed: 0,
  segmentErases: 0,
  externalBytesRead: 0,
  externalBytesProgrammed: 0,
  sectorErases: 0,
  radioBytesSent: 0,
  radioBytesReceived: 0,
};

describe('energy of a sensor node', () => {
  test('profile paper, case D: 1,870 bytes sent are 69.4 mJ', () => {
    const { communicationMillijoules } = energyOfTraffic(NOTHING, 1870, 0, paperProfile);
    expect(communicationMillijoules).toBeCloseTo(69.4, 1);
  });
  test('profile paper: a rebuilt byte costs a tenth of one that is sent', () => {
    const traffic = { ...NOTHING, flashBytesProgrammed: 1000, externalBytesRead: 5000 };
    const { communicationMillijoules, rebuildingMillijoules } = energyOfTraffic(
      traffic,
      1000,
      0,
      paperProfile,
    );
    expect(rebuildingMillijoules / communicationMillijoules).toBeCloseTo(0.1, 10);
  });
  /** Reference figures for 1 KiB, in millijoules: least and most. */
  test.each([
    ['updateByte', 1024, 1.8, 1.9],
    ['byteSent', 1024, 1.68, 1.75],
    ['flashBytesRead', 1024, 0.003, 0.005],
    ['flashBytesProgrammed', 1024, 0.48, 0.81],
    ['segmentErases', 2, 0.26, 0.61],
    ['externalBytesRead', 1024, 0.04, 0.29],
    ['externalBytesProgrammed', 1024, 0.11, 0.15],
    ['sectorErases', 1 / 64, 0.42, 0.56],
  ] as const)(
    'profile datasheet, %s: %d for 1 KiB between %d and %d mJ',
    (kind, count, least, most) => {
      const { communication, rebuilding } = energyProfiles[0];
      const figures: Record<string, number> = { ...communication, ...rebuilding };
      const millijoules = figures[kind]! * count * 1e-6;
      expect(millijoules).toBeGreaterThanOrEqual(least);
      expect(millijoules).toBeLessThanOrEqual(most);
    },
  );
  test('every figure has its source', () => {
    for (const { communication, rebuilding, sources } of energyProfiles) {
      expect(Object.keys(sources).sort()).toEqual(
        [...Object.keys(communication), ...Object.keys(rebuilding)].sort(),
      );
    }
  });
});
