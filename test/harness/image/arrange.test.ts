import { describe, expect, test } from 'vitest';
import { arrange, parseImage } from '../../../harness/image/index.ts';
import { freshNode, planInSitu, readProgram } from '../../../harness/plan/easilir/index.ts';
import { buildElf, canBuild } from '../../helpers/msp430-build.ts';
import { firstVersion, sourceOf } from '../../helpers/msp430-versions.ts';

const PORT = 'extern volatile unsigned char PORT1;';
const use = (name: string): string =>
  `void use_${name}(void) { PORT1 = ${name} += ${100 * name.charCodeAt(0)}; }`;
const main = (...names: readonly string[]): string =>
  `int main(void) { for (;;) { ${names.map((name) => `use_${name}();`).join(' ')} } }`;
const source = (...names: readonly string[]): string =>
  [
    PORT,
    'unsigned plenty[40] = {1}; unsigned settled = 5;',
    ...names.map((name) => `unsigned ${name};`),
    ...names.map((name) => `__attribute__((noinline)) ${use(name)}`),
    `__attribute__((noinline)) ${use('settled')}`,
    main(...names, 'settled'),
  ].join('\n');

const addresses = (elf: Uint8Array): Map<string, number> =>
  new Map(parseImage(elf, 'x.elf').symbols.map(({ name, address }) => [name, address]));

describe.skipIf(!canBuild)('arranging a new version after an old one', () => {
  const names = ['alpha', 'beta', 'gamma', 'delta'];
  const old = {
    bytes: canBuild ? buildElf(source(...names), 'c') : new Uint8Array(0),
    file: 'old',
  };
  const text = source('delta', 'omega', 'gamma', 'alpha');
  const draft = { bytes: canBuild ? buildElf(text, 'c') : new Uint8Array(0), file: 'draft' };

  test('a variable gone, one new, the others in another order: where they were', () => {
    const arrangement = arrange(old, draft);
    const before = addresses(old.bytes);
    const after = addresses(buildElf(text, 'c', true, arrangement));
    for (const name of ['alpha', 'gamma', 'delta', 'plenty', 'settled']) {
      expect(after.get(name), name).toBe(before.get(name));
    }
    expect(addresses(draft.bytes).get('delta')).not.toBe(before.get('delta'));
    const inOrder = (some: Map<string, number>): string[] =>
      ['use_alpha', 'use_gamma', 'use_delta'].sort((a, b) => some.get(a)! - some.get(b)!);
    expect(inOrder(after)).toEqual(inOrder(before));
    expect(inOrder(addresses(draft.bytes))).not.toEqual(inOrder(before));
  });
  test('one more variable in front of all: an update of half the bytes at most', () => {
    const version = sourceOf(firstVersion(31, 12));
    const grown = version
      .replace('unsigned g1;', 'unsigned early; unsigned g1;')
      .replace('PORT0 = x; return x >> 1;', 'PORT0 = x + early++; return x >> 1;');
    const built = { bytes: buildElf(version, 'c'), file: 'old' };
    const plain = { bytes: buildElf(grown, 'c'), file: 'draft' };
    const node = freshNode(readProgram(built.bytes, 'old'));
    const arranged = buildElf(grown, 'c', true, arrange(built, plain));
    const bytesOf = (elf: Uint8Array): number =>
      planInSitu(node, readProgram(elf, 'new')).file.length;
    expect(bytesOf(arranged)).toBeLessThan(bytesOf(plain.bytes) / 2);
  });
  test('a variable that has grown: not held to its place, and it still links', () => {
    const grown = text.replace('unsigned gamma;', 'unsigned gamma_[9]; unsigned gamma;');
    const larger = grown.replace('unsigned plenty[40]', 'unsigned plenty[60]');
    const arrangement = arrange(old, { bytes: buildElf(larger, 'c'), file: 'larger' });
    expect(arrangement.dataPins).not.toContain('plenty');
    const after = addresses(buildElf(larger, 'c', true, arrangement));
    expect(after.get('settled')).toBe(addresses(old.bytes).get('settled'));
  });
});
