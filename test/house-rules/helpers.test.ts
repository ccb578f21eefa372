/** The helpers that decide what counts as a failure: they must be able to say so. */

import { describe, expect, test, vi } from 'vitest';
import { count } from '../helpers/closing-line.ts';
import { findPeer, inCi, needPeer, PEERS } from '../helpers/peers.ts';

type State = 'passed' | 'failed' | 'skipped' | 'pending';
const module = (states: readonly State[], errors = 0) => ({
  errors: () => new Array(errors).fill({}),
  children: { allTests: () => states.map((state) => ({ result: () => ({ state }) })) },
});
const counted = (modules: readonly unknown[], errors: readonly unknown[] = []) =>
  count(modules as Parameters<typeof count>[0], errors);

describe('closing line', () => {
  test('tests of two files, added up by state', () => {
    const modules = [module(['passed', 'failed']), module(['passed', 'skipped'])];
    expect(counted(modules)).toEqual({ passed: 2, failed: 1, skipped: 1 });
  });
  test('file that does not load, error outside a test, test that never ended: failures', () => {
    const modules = [module([], 1), module(['pending'])];
    expect(counted(modules, [{}])).toEqual({ passed: 0, failed: 3, skipped: 0 });
  });
});

describe('peers', () => {
  test('every peer names its Debian package and one thing to look for', () => {
    for (const row of Object.values(PEERS)) {
      expect(row.package).toMatch(/^[a-z0-9+.-]+$/);
      expect([row.command, row.library, row.header].filter((x) => x !== undefined)).toHaveLength(1);
    }
  });
  test('a name that is no peer, refused', () => {
    expect(() => findPeer('qemu')).toThrow('qemu is no peer; scripts/peers.json has lpc21isp');
  });
  test('a peer that is missing, a failure in CI and left out elsewhere', () => {
    const { PATH, CI } = process.env;
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      process.env['PATH'] = '';
      process.env['CI'] = '1';
      expect(() => needPeer('lpc21isp')).toThrow('Debian package lpc21isp');
      delete process.env['CI'];
      expect(needPeer('lpc21isp')).toBe(null);
      expect(stderr.mock.lastCall?.[0]).toMatch(/^left out: .*\(Debian package lpc21isp\)\n$/);
    } finally {
      stderr.mockRestore();
      Object.assign(process.env, { PATH, ...(CI === undefined ? {} : { CI }) });
    }
  });
  test('CI is set, but to nothing or no', () => {
    expect(['1', 'true', 'yes'].map(inCi)).toEqual([true, true, true]);
    expect([undefined, '', '0', 'false'].map(inCi)).toEqual([false, false, false, false]);
  });
});
