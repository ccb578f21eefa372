#!/usr/bin/env node
/** Starts the built command line. Nothing else: everything with a decision in it is in harness/cli. */
import { existsSync } from 'node:fs';

const built = new URL('../dist/harness/cli/main.js', import.meta.url);
if (existsSync(built)) {
  const { main } = await import(built.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  process.stderr.write('flashrig: not built yet. Run: npm run build\n');
  process.exitCode = 3;
}
