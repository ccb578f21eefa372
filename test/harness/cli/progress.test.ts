import { expect, test } from 'vitest';
import { progressLine } from '../../../harness/cli/progress.ts';

function fakeTerminal(isTTY: boolean, columns = 40) {
  const writes: string[] = [];
  return { writes, isTTY, columns, write: (text: string) => writes.push(text) };
}

test('progress, off a terminal, writes nothing', () => {
  const terminal = fakeTerminal(false);
  const line = progressLine(terminal, () => 0);
  line.update(1, 2, 'half');
  line.clear();
  expect(terminal.writes).toEqual([]);
});

test('progress, updates 199 ms and 200 ms after a draw, only the second is drawn', () => {
  const terminal = fakeTerminal(true);
  let now = 0;
  const line = progressLine(terminal, () => now);
  line.update(1, 4, 'first');
  now = 199;
  line.update(2, 4, 'too soon');
  now = 200;
  line.update(3, 4, 'third');
  expect(terminal.writes).toEqual(['\r\u001b[K1/4 25 %  first', '\r\u001b[K3/4 75 %  third']);
});

test('progress, a note longer than the terminal is wide, cut so that the line does not wrap', () => {
  const terminal = fakeTerminal(true, 20);
  progressLine(terminal, () => 0).update(1, 0, 'x'.repeat(100));
  expect(terminal.writes[0]).toHaveLength('\r\u001b[K'.length + 19);
});

test('progress, cleared, the line is erased once', () => {
  const terminal = fakeTerminal(true);
  const line = progressLine(terminal, () => 0);
  line.update(1, 1, '');
  line.clear();
  line.clear();
  expect(terminal.writes.slice(1)).toEqual(['\r\u001b[K']);
});
