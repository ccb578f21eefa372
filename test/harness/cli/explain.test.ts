import { expect, test, vi } from 'vitest';
import { explain } from '../../../harness/cli/main.ts';
import { RigError } from '../../../harness/errors.ts';

function explained(thrown: unknown): { code: number; stderr: string } {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const code = explain(thrown, 'verify');
    return { code, stderr: write.mock.calls.map(([text]) => String(text)).join('') };
  } finally {
    write.mockRestore();
  }
}

test('an exception that nobody foresaw, first line only, where to report it, exit 3', () => {
  const { code, stderr } = explained(new TypeError('x is not a function\nand more'));
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /^flashrig: INTERNAL: unexpected fault: TypeError: x is not a function\. /,
  );
  expect(stderr).toContain('report it');
  expect(stderr.split('\n')).toHaveLength(2);
});

test('something thrown that is no error, exit 3 and one line', () => {
  const { code, stderr } = explained('out of cheese');
  expect(code).toBe(3);
  expect(stderr).toContain('INTERNAL: unexpected fault: out of cheese.');
});

test('a RigError, its own exit code and message', () => {
  const { code, stderr } = explained(new RigError('IMAGE_NOT_FOUND', { path: 'a.hex' }));
  expect(code).toBe(2);
  expect(stderr).toMatch(/^flashrig: IMAGE_NOT_FOUND: a\.hex: no such file\./);
});
