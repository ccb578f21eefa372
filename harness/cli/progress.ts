/** One progress line, redrawn in place; only on a terminal, so that logs stay clean.
 *  Source: ECMA-48 control sequence EL (erase in line). Leaves out: anything but one line. */

const REDRAW_EVERY_MS = 200;
const ERASE_LINE = '\r\u001b[K';
const DEFAULT_COLUMNS = 80;

/** The part of a terminal stream that is used here. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressLine {
  update(done: number, total: number, note: string): void;
  /** Take the line away, so that what is printed next starts clean. */
  clear(): void;
}

/** @param nowMs the clock that limits redraws; @returns a line that draws nothing off a terminal. */
export function progressLine(terminal: Terminal, nowMs: () => number): ProgressLine {
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    update(done, total, note) {
      if (terminal.isTTY !== true || nowMs() - drawnAt < REDRAW_EVERY_MS) return;
      drawnAt = nowMs();
      const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
      const text = `${done}/${total} ${percent} %  ${note}`;
      terminal.write(ERASE_LINE + text.slice(0, (terminal.columns ?? DEFAULT_COLUMNS) - 1));
    },
    clear() {
      if (drawnAt > Number.NEGATIVE_INFINITY) terminal.write(ERASE_LINE);
      drawnAt = Number.NEGATIVE_INFINITY;
    },
  };
}
