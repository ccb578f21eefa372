import { expect, test } from 'vitest';
import { symbolNamer } from '../../../harness/image/symbols.ts';

const name = symbolNamer([
  { name: 'spm', kind: 'function', address: 0x7100, bytes: 16 },
  { name: 'finish.lto_priv.2', kind: 'function', address: 0x7110, bytes: 8 },
  { name: 'flush.part.0.isra.3', kind: 'function', address: 0x7118, bytes: 8 },
  { name: 'table', kind: 'object', address: 0x7130, bytes: 8 },
]);

test('symbols, the name covers the function from its first byte to its last', () => {
  expect([0x70ff, 0x7100, 0x710f].map(name)).toEqual([null, 'spm', 'spm']);
});
test("symbols, a compiler's copy has the name of its function", () => {
  expect([0x7110, 0x7118].map(name)).toEqual(['finish', 'flush']);
});
test('symbols, data and what lies behind the last function have no name', () => {
  expect([0x7120, 0x7130].map(name)).toEqual([null, null]);
});
