/** DESIGN.md section 2: the emulator is a closed world that runs in Node or in a browser. */

import { expect, test } from 'vitest';
import { codeOnly, found, type SourceFile, scripts } from './sources.ts';

/** What may not be named in code, and what to use in its place. */
const BANNED: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bDate\b/, 'Date: use scheduler.now (virtual time)'],
  [/\bperformance\b/, 'performance: use scheduler.now (virtual time)'],
  [/\bMath\s*\.\s*random\b/, 'Math.random: take a seeded generator from the caller'],
  [/\bcrypto\b/, 'crypto: take a seeded generator or a digest from the caller'],
  [/\b(setTimeout|setInterval|setImmediate)\b/, 'timer: use scheduler events'],
  [/\b(queueMicrotask|Promise|async|await)\b/, 'async: the emulator runs in one call, in order'],
  [/\bprocess\b/, 'process: take what you need as a parameter'],
  [/\bglobalThis\b/, 'globalThis: take what you need as a parameter'],
  [/\bBuffer\b/, 'Buffer: use Uint8Array and DataView'],
  [/(?<![.\w#])fetch\s*\((?![^)]*:)/, 'network: the caller brings bytes'],
  [/\b(XMLHttpRequest|WebSocket|Worker)\b/, 'network or threads: harness/device has those'],
  [/\brequire\s*\(/, 'require: import a file of emulator/'],
  [/\bconsole\b/, 'console: raise an event or return a value'],
  [/\b(eval|Function)\s*\(/, 'code from text: write the code'],
];

/** Looked for in the whole text, since a module's name is a string. */
const BANNED_MODULES = /\b(from|import)\s*\(?\s*['"](node:|[^.'"])/;

const impurities = (file: SourceFile): string[] => [
  ...BANNED.flatMap(([pattern, what]) => found(file, codeOnly(file.text), pattern, what)),
  ...found(file, file.text, BANNED_MODULES, 'module: import files of emulator/ only'),
];

const sample = (text: string): string[] => impurities({ path: 'emulator/sample.ts', text });

test('emulator/, every file, names nothing from outside', () => {
  expect(scripts('emulator').flatMap(impurities)).toEqual([]);
});

test.each([
  ['const t = Date.now();', 'Date'],
  ['const t = performance.now();', 'performance'],
  ['const r = Math.random();', 'Math.random'],
  ['crypto.getRandomValues(x);', 'crypto'],
  ['setTimeout(f, 1);', 'timer'],
  ['async function f() {}', 'async'],
  ['if (process.env.X) f();', 'process'],
  ['globalThis.x = 1;', 'globalThis'],
  ['const b = Buffer.alloc(1);', 'Buffer'],
  ['fetch(url);', 'network'],
  ['new WebSocket(url);', 'network'],
  ["const x = require('x');", 'require'],
  ["console.log('x');", 'console'],
  ['new Function(body);', 'code from text'],
  ["import { readFileSync } from 'node:fs';", 'module'],
  ["import koffi from 'koffi';", 'module'],
  ["const fs = import('fs');", 'module'],
])('%s, refused with what to use', (text, what) => {
  const problems = sample(`/** header */\n${text}\n`);
  expect(problems.length).toBeGreaterThan(0);
  expect(problems[0]).toMatch(new RegExp(`^emulator/sample\\.ts:2: ${what}.*: `));
});

test.each([
  '// a Date of the data sheet',
  "const text = 'process';",
  '/* setTimeout */ const x = 1;',
  'cpu.fetch(address, 4);',
  'class Rom { fetch(address: number): number { return 0; } }',
  'const update = processor;',
  "import { Bus } from './bus.ts';",
  'const rtcDate = 1;',
])('%s, allowed', (text) => {
  expect(sample(text)).toEqual([]);
});
