import { expect, test } from 'vitest';
import { createAvrNode } from '../../../emulator/boards/avr-node.ts';
import { ProgressLimits } from '../../../harness/device/progress-limits.ts';

const createLimits = () => {
  const { machine } = createAvrNode({ seed: 1 }).chip;
  let ended = 0;
  const limits = new ProgressLimits(machine, () => ended++);
  const operate = (times: number) => {
    for (let i = 0; i < times; i++) limits.markOperation(false);
  };
  return { limits, operate, ended: () => ended };
};

test('flash operations without a frame, as many as rubbish makes: the run is ended', () => {
  const { limits, operate, ended } = createLimits();
  operate(5000);
  expect([limits.reached, ended()]).toEqual([null, 0]);
  operate(1);
  expect([limits.reached, ended()]).toEqual(['5000 quiet operations', 1]);
});

test('a frame between them: they count from there', () => {
  const { limits, operate } = createLimits();
  operate(5000);
  limits.mark();
  operate(5000);
  expect(limits.reached).toBeNull();
});

test('a run that goes on from a snapshot has the operations of its past', () => {
  const { limits, operate } = createLimits();
  operate(4500);
  const saved = limits.save();
  operate(501);
  limits.restore(saved);
  expect(limits.reached).toBeNull();
  operate(500);
  expect(limits.reached).toBeNull();
  operate(1);
  expect(limits.reached).toBe('5000 quiet operations');
});
