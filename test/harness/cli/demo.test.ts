import { expect, test } from 'vitest';
import { demoScenarios } from '../../../harness/cli/demo.ts';
import type { Scenario } from '../../../harness/scenarios.ts';

const BOARD = 'lpc2478-terminal';
const cases = (...expects: readonly Scenario['expects'][]): Scenario[] =>
  expects.map((outcome, i) => ({ name: `case-${i}`, board: BOARD, expects: outcome }) as Scenario);
const chosen = (all: readonly Scenario[]) => demoScenarios(all).map(({ name }) => name);

test('demo, the first safe case and the first that bricks, wherever they stand', () => {
  expect(chosen(cases('wrong-image', 'bricked', 'safe', 'safe'))).toEqual(['case-2', 'case-1']);
});
test('demo, nothing bricks, the first that fails is taken', () => {
  expect(chosen(cases('safe', 'wrong-image', 'unresponsive'))).toEqual(['case-0', 'case-1']);
});
test('demo, one of the two is missing, refused', () => {
  for (const all of [cases(), cases('safe'), cases('bricked', 'wrong-image')]) {
    expect(() => chosen(all)).toThrow('the list of scenarios');
  }
});
test('demo, two boards, two cases of each', () => {
  const node = cases('safe', 'bricked').map((one) => ({
    ...one,
    name: `node-${one.name}`,
    board: 'atmega32u4-node' as const,
  }));
  const all = [...cases('bricked', 'safe'), ...node];
  expect(chosen(all)).toEqual(['case-1', 'case-0', 'node-case-0', 'node-case-1']);
});
