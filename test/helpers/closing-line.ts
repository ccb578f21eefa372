/** Reporter: the last line of `npm test`, alone and plain: `N passed, N failed`.
 *  Source: vitest's reporter interface. Leaves out: everything that the default reporter prints. */

import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** A file that does not load and an error outside every test count as failures too. */
export function count(
  modules: readonly Pick<TestModule, 'children' | 'errors'>[],
  unhandledErrors: readonly unknown[],
) {
  const totals = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
  for (const module of modules) {
    totals.failed += module.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'pending') totals.failed++;
      else totals[state]++;
    }
  }
  return totals;
}

export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const { passed, failed, skipped } = count(modules, errors);
    if (passed + failed === 0) process.exitCode = 1;
    if (skipped > 0) process.stdout.write(`\n${skipped} left out`);
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  }
}
