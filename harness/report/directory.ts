/** The directory a report goes into, looked at before a sweep starts: a minute of work must not end
 *  in a refused file, and somebody's own files must not be mixed with ours.
 *  Leaves out: writing the report. */

import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { RigError } from '../errors.ts';

/** The machine-readable half of a report; its presence says that a directory is ours. */
export const REPORT_JSON = 'report.json';

/** New, empty, or an earlier whole report: anything else is refused. */
export function checkReportDirectory(path: string): void {
  checkPlace(join(path, REPORT_JSON), '--out');
  if (!existsSync(path)) return;
  const names = readdirSync(path).sort();
  if (names.length === 0) return;
  if (!names.includes(REPORT_JSON)) {
    throw new RigError('NOT_A_REPORT_DIR', { path, found: `${names[0]} and no ${REPORT_JSON}` });
  }
  const problem = tornReport(join(path, REPORT_JSON));
  if (problem !== null) throw new RigError('TORN_REPORT', { path, problem });
}

/** The nearest directory above `path` that exists is one, and files can be made in it. */
export function checkPlace(path: string, option: string): void {
  let above = dirname(resolve(path));
  while (!existsSync(above)) above = dirname(above);
  if (!statSync(above).isDirectory()) {
    throw new RigError('OUTPUT_PLACE', { path, option, problem: `${above} is a file` });
  }
  try {
    accessSync(above, constants.W_OK);
  } catch (cause) {
    throw new RigError('OUTPUT_PLACE', { path, option, problem: `${above} is read-only` }, cause);
  }
}

/** @returns what is wrong with the file, or null. */
function tornReport(path: string): string | null {
  try {
    const { schema } = JSON.parse(readFileSync(path, 'utf8')) as { schema?: unknown };
    return schema === 1 ? null : `${REPORT_JSON} has schema ${String(schema)}, not 1`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === undefined ? `${REPORT_JSON} is no whole JSON` : `${REPORT_JSON}: ${code}`;
  }
}
