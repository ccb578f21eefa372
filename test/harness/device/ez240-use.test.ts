import { expect, test } from 'vitest';
import { ERASE, ez240Rig, PROGRAM, STOP } from '../../helpers/ez240-rig.ts';

const SLEEP = 'bis #0x10, sr\n';

function useAfter(source: string, us: number) {
  const rig = ez240Rig(source);
  rig.bench.run(us);
  return rig.board.use()!;
}

test('Ez240: data reads of program flash are counted in bytes, RAM and fetches are not', () => {
  const { node } = useAfter(
    `mov &0x4000, r5
     mov.b &0x4001, r6
     cmp &0x4002, r5
     mov #0x4000, r7
     add @r7+, r5
     mov &0x1100, r5
     push r5
     ${STOP}`,
    10_000,
  );
  expect(node!.flashBytesRead).toBe(2 + 1 + 2 + 2);
});

test('Ez240: bytes programmed and segments erased are counted, with the time the flash took', () => {
  const { node, states } = useAfter(
    `${ERASE}\n clr &0x4000\n ${PROGRAM}\n mov #0, &0x4000\n mov.b #0, &0x4002\n${STOP}`,
    100_000,
  );
  expect(node).toMatchObject({ flashBytesProgrammed: 3, segmentErases: 1, sectorErases: 0 });
  const timeOf = (state: string) => states.find((one) => one.state === state)?.timeUs ?? 0;
  // 4819 and 2 x 35 cycles of about 400 kHz.
  const ratio = timeOf('program flash erase') / timeOf('program flash program');
  expect(ratio).toBeCloseTo(4819 / 70, 0);
});

test('Ez240: a CPU that sleeps draws what LPM0 draws', () => {
  const { states } = useAfter(SLEEP + STOP, 1_000_000);
  const sleeping = states.find(({ state }) => state === 'CPU LPM0')!;
  expect(sleeping.timeUs).toBeGreaterThan(900_000);
  expect(sleeping.millijoules / (sleeping.timeUs / 1e6)).toBeCloseTo(0.075 * 3, 6);
});
