/** The files of a proof of equivalence: JSON, a page beside it, and the stimulus as it was.
 *  Leaves out: printing to a terminal (equivalence-text.ts). */

import { join } from 'node:path';
import type { EquivalenceReport } from '../equivalence/equivalence.ts';
import { checkPlace, writeFileAtomic } from '../files.ts';
import { checkReplaceable, makeFolder } from './folder.ts';
import {
  channelSection,
  coverageSection,
  cycleSection,
  differenceSection,
  equivalenceFooter,
  equivalenceVerdict,
  inputSection,
  swapSection,
} from './html/equivalence.ts';
import { html } from './html/markup.ts';
import { STYLE } from './html/style.ts';
import { HTML_MARK } from './html.ts';
import { EQUIVALENCE_HTML_FILE, EQUIVALENCE_JSON_FILE, STIMULUS_FILE } from './output.ts';

interface Output {
  readonly file: string;
  render(report: EquivalenceReport): string;
  isOurs(text: string): boolean;
}

/** First line of a stimulus that was written here: one that a person wrote is not replaced. */
const STIMULUS_MARK = '# stimulus of a flashrig report';

const OUTPUTS: readonly Output[] = [
  {
    file: EQUIVALENCE_JSON_FILE,
    render: (report) => `${JSON.stringify(report, null, 2)}\n`,
    isOurs: (text) => /"kind": "equivalence"[\s\S]*\n}\n$/.test(text),
  },
  {
    file: EQUIVALENCE_HTML_FILE,
    render: equivalenceHtml,
    isOurs: (text) => text.includes(HTML_MARK),
  },
  {
    file: STIMULUS_FILE,
    render: ({ stimulus }) => `${STIMULUS_MARK}: ${stimulus.source}\n${stimulus.text}`,
    isOurs: (text) => text.startsWith(STIMULUS_MARK),
  },
];

export function equivalenceHtml(report: EquivalenceReport): string {
  const page = html`<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
${{ markup: HTML_MARK }}
<meta name="color-scheme" content="light dark"/>
<title>${report.verdict}: ${report.modified.name} against ${report.new.name}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
${equivalenceVerdict(report)}
${differenceSection(report)}
${channelSection(report)}
${swapSection(report)}
${cycleSection(report)}
${coverageSection(report)}
${inputSection(report)}
${equivalenceFooter(report)}
</body>
</html>`;
  return `<!DOCTYPE html>\n${page.markup}\n`;
}

/** Before a long run. @throws if `writeEquivalence` would refuse the folder. */
export async function checkEquivalenceFolder(folder: string): Promise<void> {
  checkPlace(join(folder, EQUIVALENCE_JSON_FILE), '--out');
  for (const output of OUTPUTS) await checkReplaceable(join(folder, output.file), output);
}

export async function writeEquivalence(report: EquivalenceReport, folder: string): Promise<void> {
  await makeFolder(folder);
  for (const output of OUTPUTS) await checkReplaceable(join(folder, output.file), output);
  for (const { file, render } of OUTPUTS) await writeFileAtomic(join(folder, file), render(report));
}
