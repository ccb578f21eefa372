/** The README says what the program does: its tables are compared with the program's own lists. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../harness/cli/main.ts';
import { PACKAGE_ROOT } from '../../harness/package.ts';
import { ACCEPTABLE, OUTCOMES } from '../../harness/verdict/verdict.ts';

const README = readFileSync(join(PACKAGE_ROOT, 'README.md'), 'utf8');
const commands = buildProgram({ exitCode: 0 }).commands.map((command) => command.name());

/** Cells of the row that begins with a name in backquotes, whatever follows the name. */
const row = (text: string, name: string): string[] =>
  new RegExp(`^\\| \`${name}[ \`].*$`, 'm')
    .exec(text)?.[0]
    .split('|')
    .map((c) => c.trim()) ?? [];

describe('README', () => {
  test.each(commands)('command %s has a row', (name) => {
    expect(row(README, name).length).toBeGreaterThan(3);
  });
  test.each(OUTCOMES)('outcome %s has a row that says when it is acceptable', (outcome) => {
    const [, , , silent, resumes] = row(README, outcome);
    expect(silent === 'acceptable').toBe(ACCEPTABLE.silent.includes(outcome));
    expect(resumes === 'acceptable').toBe(ACCEPTABLE.resumes.includes(outcome));
    expect(row(README, outcome)).toHaveLength(6);
  });
  test('a row that is not there, found', () => {
    expect(row('| `verify` | runs |', 'verify')).toEqual(['', '`verify`', 'runs', '']);
    expect(row('| `verify` | runs |', 'replay')).toEqual([]);
  });
  test('every npm script that it names is there', () => {
    const { scripts } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...README.matchAll(/npm run ([a-z-]+)/g)].map((match) => match[1]!);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
