/** What every report output is: a file name and a function from the report to the file's text.
 *  Source: STYLE.md, recipe "report output".
 *  Leaves out: the outputs themselves (index.ts lists them). */

import type { Report } from './report.ts';

export const JSON_FILE = 'report.json';
export const HTML_FILE = 'report.html';
export const JUNIT_FILE = 'junit.xml';
export const EQUIVALENCE_JSON_FILE = 'equivalence.json';
export const EQUIVALENCE_HTML_FILE = 'equivalence.html';
export const STIMULUS_FILE = 'stimulus.txt';

export interface ReportOutput {
  readonly file: string;
  render(report: Report): string;
  /** A file of this name that flashrig made: it may be replaced. */
  isOurs(text: string): boolean;
}
