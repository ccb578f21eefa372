import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/helpers/closing-line.ts';

const suite = (name: string, include: string[], testTimeout: number) => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout },
});

/** Tests that run what users run: dist/ is built once before them. */
const builtSuite = (name: string, include: string[], testTimeout: number) => ({
  test: { ...suite(name, include, testTimeout).test, globalSetup: 'test/helpers/build.ts' },
});

/** unit and house-rules are `npm run check`; conformance, contracts and scenarios are added by `npm test`. */
export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    maxWorkers: '100%',
    projects: [
      builtSuite('unit', ['test/emulator/**/*.test.ts', 'test/harness/**/*.test.ts'], 20_000),
      suite('house-rules', ['test/house-rules/**/*.test.ts'], 20_000),
      suite('contracts', ['test/contracts/**/*.test.ts'], 120_000),
      suite('conformance', ['test/conformance/**/*.test.ts'], 600_000),
      builtSuite('scenarios', ['test/scenarios/**/*.test.ts', 'test/sweeps/**/*.test.ts'], 600_000),
    ],
  },
});
