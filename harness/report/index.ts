/** The outputs of a report, and writing them into a folder.
 *  Source: STYLE.md, recipe "report output".
 *  Leaves out: printing to a terminal (terminal.ts), which needs no file. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '../errors.ts';
import { checkPlace, reasonOf, writeFileAtomic } from '../files.ts';
import { checkReplaceable, makeFolder } from './folder.ts';
import { HTML_MARK, reportHtml } from './html.ts';
import { parseReport, reportJson } from './json.ts';
import { JUNIT_MARK, junitXml } from './junit.ts';
import { HTML_FILE, JSON_FILE, JUNIT_FILE, type ReportOutput } from './output.ts';
import type { Report } from './report.ts';

export { reportHtml } from './html.ts';
export { parseReport, reportJson } from './json.ts';
export { junitXml } from './junit.ts';
export type { ReportOutput } from './output.ts';
export { replayText, timelineText } from './replay-text.ts';
export { type TerminalOptions, terminalText } from './terminal.ts';

/** Add yours here. */
export const reports = {
  json: { file: JSON_FILE, render: reportJson, isOurs: isReportJson },
  html: { file: HTML_FILE, render: reportHtml, isOurs: (text) => text.includes(HTML_MARK) },
  junit: { file: JUNIT_FILE, render: junitXml, isOurs: (text) => text.includes(JUNIT_MARK) },
} satisfies Record<string, ReportOutput>;

function isReportJson(text: string): boolean {
  try {
    parseReport(text, JSON_FILE);
    return true;
  } catch (error) {
    if (error instanceof RigError) return false;
    throw error;
  }
}

/** Every output into `folder`, which is made if it is not there. Files of the same names are
 *  replaced only if flashrig made them; otherwise nothing at all is written.
 *  @returns the paths of the files. */
export async function writeReport(report: Report, folder: string): Promise<string[]> {
  await makeFolder(folder);
  await checkNames(folder);
  const paths: string[] = [];
  for (const output of Object.values(reports)) {
    const path = join(folder, output.file);
    await writeFileAtomic(path, output.render(report));
    paths.push(path);
  }
  return paths;
}

/** The look before a long sweep. @throws if writeReport would refuse the folder: it cannot be made,
 *  or holds a foreign or torn file of one of our names. Other files beside ours are left alone. */
export async function checkReportFolder(folder: string): Promise<void> {
  checkPlace(join(folder, JSON_FILE), '--out');
  await checkNames(folder);
}

async function checkNames(folder: string): Promise<void> {
  for (const output of Object.values(reports)) {
    await checkReplaceable(join(folder, output.file), output);
  }
}

export async function readReport(path: string): Promise<Report> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new RigError('REPORT_UNREADABLE', { path, why: reasonOf(cause) }, cause);
  }
  return parseReport(text, path);
}
