/** The report as JUnit XML: a test case for the update itself and one for each flash operation.
 *  Source: the testsuites / testsuite / testcase / failure elements that CI servers agree on.
 *  Leaves out: run-by-run cases (a sweep has thousands) and the time of each case. */

import { failuresByOperation, operationOf, operationText } from './failure-groups.ts';
import type { Report, RunRecord } from './report.ts';
import { byWorst, counted, replayCommand, STATION_WORDS, VERDICT_WORDS, visible } from './words.ts';

/** More failures of one case than these are counted, not listed; report.json has them all. */
const MAX_LISTED = 20;

export const JUNIT_MARK = '<testsuites name="flashrig"';

export function junitXml(report: Report): string {
  const { request } = report;
  const className = `flashrig.${request.board}.${request.scheme}`;
  const failed = failuresByOperation(report);
  const cases = [
    updateCase(report, className),
    ...report.operationsDetail.map((operation) => {
      const name = operationText(operation, report.sectors);
      return operationCase(name, className, failed.get(operation.index) ?? []);
    }),
  ];
  const failures = cases.filter(({ kind }) => kind === 'failure').length;
  const errors = cases.filter(({ kind }) => kind === 'error').length;
  const totals = `tests="${cases.length}" failures="${failures}" errors="${errors}"`;
  const time = `time="${report.wallSeconds.toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `${JUNIT_MARK} ${totals} ${time}>`,
    `  <testsuite ${attribute('name', suiteName(report))} ${totals} ${time}>`,
    '    <properties>',
    ...properties(report).map(([name, value]) => {
      return `      <property ${attribute('name', name)} ${attribute('value', value)}/>`;
    }),
    '    </properties>',
    ...cases.flatMap(({ lines }) => lines),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

interface Case {
  readonly kind: 'passed' | 'failure' | 'error';
  readonly lines: readonly string[];
}

const suiteName = ({ request }: Report): string =>
  `${request.board} ${request.scheme} ${request.from.name} -> ${request.to.name}`;

function properties(report: Report): [string, string][] {
  const { request } = report;
  const images = (['boot', 'from', 'to'] as const).flatMap((role): [string, string][] => [
    [`${role}.name`, request[role].name],
    [`${role}.sha256`, request[role].sha256],
    [`${role}.version`, request[role].version ?? 'none'],
  ]);
  return [
    ['flashrig', report.flashrig],
    ['verdict', report.verdict],
    ['headline', report.headline],
    ['scenario', request.scenario ?? 'none'],
    ['cuts', request.cuts],
    ['line', request.line],
    ['seed', String(request.seed)],
    ...images,
    ['runs', String(report.runs)],
    ['distinctStates', String(report.distinctStates)],
    ['invalidRuns', String(report.invalidRuns)],
  ];
}

/** Everything that is no cut at a known operation; also red when there is no verdict at all. */
function updateCase(report: Report, className: string): Case {
  const known = new Set(report.operationsDetail.map(({ index }) => index));
  const failures = report.failures.filter(({ fault }) => {
    const index = operationOf(fault);
    return index === null || !known.has(index);
  });
  const name = 'the update, apart from cuts at its flash operations';
  if (failures.length > 0) return failedCase(name, className, failures);
  const unexplained = report.verdict !== 'safe' && report.failures.length === 0;
  if (!unexplained) return { kind: 'passed', lines: [`    ${caseTag(name, className)}/>`] };
  const type = attribute('type', report.verdict);
  const message = `${VERDICT_WORDS[report.verdict]}: ${report.headline}`;
  return {
    kind: 'error',
    lines: [
      `    ${caseTag(name, className)}>`,
      `      <error ${type} ${attribute('message', message)}/>`,
      '    </testcase>',
    ],
  };
}

function operationCase(name: string, className: string, failures: readonly RunRecord[]): Case {
  if (failures.length > 0) return failedCase(name, className, failures);
  return { kind: 'passed', lines: [`    ${caseTag(name, className)}/>`] };
}

function failedCase(name: string, className: string, failures: readonly RunRecord[]): Case {
  const sorted = [...failures].sort((a, b) => byWorst(a.outcome, b.outcome));
  const worst = sorted[0]!.outcome;
  const message = `${worst}: ${counted(failures.length, 'run')} failed`;
  const hidden = sorted.length - MAX_LISTED;
  const text = [
    ...sorted.slice(0, MAX_LISTED).map(failureText),
    ...(hidden > 0 ? [`and ${hidden} more in report.json`] : []),
  ].join('\n');
  const start = `<failure ${attribute('type', worst)} ${attribute('message', message)}>`;
  return {
    kind: 'failure',
    lines: [
      `    ${caseTag(name, className)}>`,
      `      ${start}${escapeXml(text)}</failure>`,
      '    </testcase>',
    ],
  };
}

const failureText = ({ outcome, station, fault, evidence, replay }: RunRecord): string =>
  [
    `${outcome} (${STATION_WORDS[station]})${fault === '' ? '' : ` ${fault}`}`,
    ...evidence.map((line) => `  ${line}`),
    `  ${replayCommand(replay)}`,
  ].join('\n');

const caseTag = (name: string, className: string): string =>
  `<testcase ${attribute('classname', className)} ${attribute('name', name)}`;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeXml = (text: string): string => visible(text).replace(/[&<>"]/g, (c) => ENTITIES[c]!);

/** Line breaks in an attribute would be read as blanks. */
const attribute = (name: string, value: string): string =>
  `${name}="${escapeXml(value).replace(/\n/g, '&#10;').replace(/\t/g, '&#9;')}"`;
