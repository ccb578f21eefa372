/** STYLE.md: how files look, and what may not be in any of them. */

import { describe, expect, test } from 'vitest';
import { allFiles, codeOnly, found, type SourceFile, scripts } from './sources.ts';

const MAX_LINES = 450;
const MAX_BYTES = 1_000_000;

const longFile = ({ path, text }: SourceFile): string[] => {
  const lines = text.split('\n').length - 1;
  return lines > MAX_LINES ? [`${path}: ${lines} lines; which of its reasons can move out?`] : [];
};

const largeFile = ({ path, text }: SourceFile): string[] =>
  text.length > MAX_BYTES ? [`${path}: ${text.length} bytes`] : [];

const headless = ({ path, text }: SourceFile): string[] =>
  /^(#!.*\n)?\/\*\* /.test(text) ? [] : [`${path}:1: no header that says what it is`];

const language = (file: SourceFile): string[] => {
  const code = codeOnly(file.text);
  return [
    ...found(file, code, /^\s*export\s+default\b/m, 'a default export: name it'),
    ...found(
      file,
      code,
      /^\s*(export\s+)?(declare\s+)?(const\s+)?enum\s+\w/m,
      'an enum: use a union',
    ),
    ...found(file, code, /\bclass\s+\w+(<[^{]*>)?\s+extends\s+(?!Error\b)/, 'inheritance: compose'),
    ...found(
      file,
      code,
      /\b(writeFlash|flashWrite|writeSector)\w*/,
      'flash is erased and programmed',
    ),
  ];
};

/** Spelt in parts, so that this file does not break its own rule. */
const PROMISE = new RegExp(
  `\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`,
);
const promises = (file: SourceFile): string[] =>
  /\.(ts|js|c|h|S|ld|sh|md)$|\/run$/.test(file.path)
    ? found(file, file.text, PROMISE, 'a promise: keep it or say it in the closing note')
    : [];

const MACHINE_PATH = new RegExp(
  `(^|[^A-Za-z0-9_.])/(${['work', 'farm', 'root', 'home', 'tmp'].join('|')})/`,
  'm',
);
const REGISTRY = new RegExp(
  `https?://[a-z.]*(${['n' + 'pm', 'deb' + 'ian'].join('|')})[a-z]*\\.(org|com)`,
);
const places = (file: SourceFile): string[] => [
  ...found(file, file.text, MACHINE_PATH, 'a path of one machine'),
  ...found(file, file.text, REGISTRY, 'a registry host'),
];

/** A test that is singled out or put off hides the others or itself. */
const FOCUS = new RegExp(`\\b(it|test|describe)\\.(${['on' + 'ly', 'to' + 'do'].join('|')})\\b`);
const focused = (file: SourceFile): string[] =>
  found(file, file.text, FOCUS, 'a test that is singled out or put off');

const PRODUCT = ['emulator', 'harness', 'scripts', 'bin'];
const all = allFiles();

describe('files, every one that is tracked', () => {
  test('none is larger than a million bytes', () => {
    expect(all.flatMap(largeFile)).toEqual([]);
  });
  test('none names a path of one machine or a registry host, binaries included', () => {
    expect(all.flatMap(places)).toEqual([]);
  });
  test('none promises something for later', () => {
    expect(all.flatMap(promises)).toEqual([]);
  });
});

/** The interpreter's hot loop is one switch on purpose (DESIGN.md 3.7): V8 keeps its registers only within one function. */
const LONG_FOR_A_REASON = new Set([
  'emulator/cpu/arm7tdmi/execute.ts',
  'emulator/cpu/avr/execute.ts',
  'emulator/cpu/msp430/execute.ts',
]);

describe('files, TypeScript and JavaScript', () => {
  test(`none is longer than ${MAX_LINES} lines`, () => {
    const looked = scripts(...PRODUCT, 'test').filter(({ path }) => !LONG_FOR_A_REASON.has(path));
    expect(looked.flatMap(longFile)).toEqual([]);
  });
  test('each of the product starts with a header', () => {
    expect(scripts(...PRODUCT).flatMap(headless)).toEqual([]);
  });
  test('no default export, no enum, no inheritance but from Error, flash is never written', () => {
    expect(scripts(...PRODUCT, 'test').flatMap(language)).toEqual([]);
  });
  test('no test is singled out or put off', () => {
    expect(scripts('test').flatMap(focused)).toEqual([]);
  });
});

describe('files, what each rule refuses', () => {
  const sample = (text: string, path = 'harness/a.ts'): SourceFile => ({ path, text });

  test('one line more than the limit, and the limit itself', () => {
    expect(longFile(sample('x\n'.repeat(MAX_LINES + 1)))).toHaveLength(1);
    expect(longFile(sample('x\n'.repeat(MAX_LINES)))).toEqual([]);
  });
  test('one byte more than the limit', () => {
    expect(largeFile(sample('x'.repeat(MAX_BYTES + 1)))).toHaveLength(1);
  });
  test('no header, or a header that is a plain comment', () => {
    expect(headless(sample("import x from 'y';\n"))).toHaveLength(1);
    expect(headless(sample('// what it is\n'))).toHaveLength(1);
    expect(headless(sample('#!/usr/bin/env node\n/** What it is. */\n'))).toEqual([]);
  });
  test.each([
    'export default function f() {}',
    'export enum A { B }',
    'const enum A { B }',
    'class A extends B {}',
    'class A<T> extends B<T> {}',
    'function writeFlashPage() {}',
  ])('%s', (text) => {
    expect(language(sample(text))).toHaveLength(1);
  });
  test.each(['class A extends Error {}', '// export default', "const x = 'enum A';"])(
    '%s, allowed',
    (text) => {
      expect(language(sample(text))).toEqual([]);
    },
  );
  test.each(['TO', 'FIX'].map((half) => `// ${half}${half === 'TO' ? 'DO' : 'ME'}: later`))(
    '%s',
    (text) => {
      expect(promises(sample(text))).toHaveLength(1);
    },
  );
  test('paths of a machine and registry hosts, in a text and inside a binary', () => {
    const slash = '/';
    expect(places(sample(`see ${slash}work${slash}x`))).toHaveLength(1);
    expect(places(sample(`\0\x01${slash}root${slash}src\0`, 'a.elf'))).toHaveLength(1);
    expect(places(sample(`https:${slash}${slash}registry.n${'pmjs'}.org/x`))).toHaveLength(1);
    expect(places(sample(`./work/x and net${slash}work`))).toEqual([]);
  });
  test('a test that is singled out', () => {
    expect(focused(sample(`test.${'only'}('x', f)`))).toHaveLength(1);
  });
});
