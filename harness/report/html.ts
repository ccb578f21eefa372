/** report.html: one page that needs nothing else, for a person who asks whether it is safe.
 *  Source: harness/report/report.ts; parts in html/.
 *  Leaves out: scripts; what is folded away unfolds without any. */

import { failuresSection } from './html/failures.ts';
import { flashMapSection } from './html/flash-map.ts';
import { html } from './html/markup.ts';
import { patternDefinitions } from './html/outcome-style.ts';
import { STYLE } from './html/style.ts';
import {
  comparisonSection,
  costSection,
  footer,
  gapsSection,
  imagesSection,
  operationsSection,
} from './html/tables.ts';
import { timelineSection } from './html/timeline.ts';
import { outcomeSection, verdictSection } from './html/verdict.ts';
import type { Report } from './report.ts';
import { VERDICT_WORDS } from './words.ts';

export const HTML_MARK = '<meta name="generator" content="flashrig"/>';

export function reportHtml(report: Report): string {
  const { board, scheme, to } = report.request;
  const title = `${VERDICT_WORDS[report.verdict]}: ${to.name} on ${board} (${scheme})`;
  const page = html`<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
${{ markup: HTML_MARK }}
<meta name="color-scheme" content="light dark"/>
<title>${title}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
${patternDefinitions()}
${verdictSection(report)}
${flashMapSection(report)}
${timelineSection(report)}
${outcomeSection(report)}
${failuresSection(report)}
${costSection(report)}${comparisonSection(report)}
${operationsSection(report)}
${imagesSection(report)}
${gapsSection(report)}
${footer(report)}
</body>
</html>`;
  return `<!DOCTYPE html>\n${page.markup}\n`;
}
