/** Energy over the updates to come: decision 0023's formula, by hand. */

import { expect, test } from 'vitest';
import { energyAhead } from '../../harness/in-situ-or-rebuild.ts';
import { flashrig } from '../helpers/cli.ts';

const update = { inSituMillijoules: 10, rebuildMillijoules: 30, areaBytes: 3000 };

test('one update: what each way takes', () => {
  expect(energyAhead(1, { ...update, areaBytesAdded: 100 })).toEqual({ inSitu: 10, rebuild: 30 });
});
test('the area is full after 3,072 bytes, not one before', () => {
  const full = { ...update, areaBytesAdded: 73 };
  expect(energyAhead(2, full)).toEqual({ inSitu: 10 + 30, rebuild: 30 + 10 });
  expect(energyAhead(2, { ...full, areaBytesAdded: 72 }).inSitu).toBe(10 + 10);
});
test('behind a rebuild the area is empty', () => {
  const large = { ...update, areaBytesAdded: 1536 };
  expect(energyAhead(4, large)).toEqual({ inSitu: 10 + 30 + 10 + 10, rebuild: 30 + 10 + 10 + 30 });
});
test('a cheaper rebuild is one from the first update on', () => {
  const { inSitu, rebuild } = energyAhead(3, {
    ...{ inSituMillijoules: 40, rebuildMillijoules: 30, areaBytes: 100, areaBytesAdded: 100 },
  });
  expect(rebuild).toBeLessThan(inSitu);
});
test('limits with another scheme: refused', async () => {
  const images = ['--boot', 'a.hex', '--from', 'b.hex', '--to', 'c.hex'];
  const words = ['verify', '--board', 'ez240', '--scheme', 'r2', ...images, '--cycle-budget', '1'];
  const { code, stderr } = await flashrig(words);
  expect(code).toBe(2);
  expect(stderr).toContain('--cycle-budget and --updates-ahead are for --scheme easilir');
});
