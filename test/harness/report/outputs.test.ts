import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  junitXml,
  parseReport,
  reportHtml,
  reportJson,
  terminalText,
  timelineText,
} from '../../../harness/report/index.ts';
import type { Report, RunRecord } from '../../../harness/report/report.ts';
import {
  counted,
  duration,
  replayCommand,
  visible,
  WORST_FIRST,
} from '../../../harness/report/words.ts';
import { OUTCOMES } from '../../../harness/verdict/verdict.ts';
import { exampleReport } from '../../helpers/report-example.ts';
import { wellFormedProblem } from '../../helpers/well-formed.ts';

/** Golden files: `npx vitest run -u test/harness/report` accepts what the outputs say now. */
describe.each(['safe', 'unsafe'] as const)('golden files, %s', (verdict) => {
  const report = exampleReport(verdict, 6);

  test('report.html, a hand-made report, as accepted', async () => {
    await expect(reportHtml(report)).toMatchFileSnapshot(`golden/${verdict}.html`);
  });
  test('junit.xml, a hand-made report, as accepted', async () => {
    await expect(junitXml(report)).toMatchFileSnapshot(`golden/${verdict}.xml`);
  });
  test('terminal summary, a hand-made report, as accepted', async () => {
    const text = terminalText(report, { outDir: 'out' });
    await expect(text).toMatchFileSnapshot(`golden/${verdict}.txt`);
  });
});

const unsafe = exampleReport('unsafe', 6);

/** What a device may print and a file may be called, to upset a reader. */
const NASTY = `</script><b a='1'>&amp; "q" \u0000\u001b[31m\ud800 ]]> \n\t \uffff`;
const nasty = (): Report => ({
  ...unsafe,
  headline: NASTY,
  request: { ...unsafe.request, to: { ...unsafe.request.to, name: NASTY, version: NASTY } },
  failures: unsafe.failures.map((one) => ({ ...one, evidence: [NASTY], replay: NASTY })),
  operationsDetail: unsafe.operationsDetail.map((one) => ({ ...one, caller: NASTY })),
  timeline: unsafe.timeline.map((one) => ({ ...one, text: NASTY })),
  gapsTouched: [{ kind: NASTY, where: NASTY, detail: NASTY, count: 1 }],
});

const manyFailures = (count: number): Report => {
  const failure = unsafe.failures[0]!;
  const failures = Array.from({ length: count }, (_, i): RunRecord => {
    return { ...failure, replay: `replay-number-${i}.` };
  });
  return { ...unsafe, failures };
};

describe('judge of the markup', () => {
  test.each([
    '<a><b></a></b>',
    '<a>&</a>',
    '<a b=c/>',
    '<a>\u0000</a>',
    '<a/><b/>',
    '<a',
    '<a x="1" x="2"/>',
    '<a>',
  ])('well-formed judge, %j, a problem is found', (text) => {
    expect(wellFormedProblem(text)).not.toBeNull();
  });
  test('well-formed judge, a right text, none', () => {
    expect(wellFormedProblem('<?xml version="1.0"?>\n<a x="1"><b/>&amp;</a>\n')).toBeNull();
  });
});

describe.each([
  ['safe', exampleReport('safe', 6)],
  ['unsafe', unsafe],
  ['with nasty texts', nasty()],
  ['with 500 failures', manyFailures(500)],
  ['with nothing in it', empty()],
])('any report: %s', (_, report) => {
  test('report.html, well-formed', () => {
    expect(wellFormedProblem(reportHtml(report))).toBeNull();
  });
  test('junit.xml, well-formed', () => {
    expect(wellFormedProblem(junitXml(report))).toBeNull();
  });
  test('report.html, asks for nothing from outside and runs no script', () => {
    const page = reportHtml(report);
    expect(page).not.toMatch(/<(script|link|img|iframe|object)\b/i);
    expect(page).not.toMatch(/\s(src|href|on\w+)="/i);
    expect(page).not.toMatch(/@import|https?:/);
  });
  test('report.json, read back, the same report', () => {
    expect(parseReport(reportJson(report), 'x')).toEqual(report);
  });
  test('terminal summary, one line feed at the end and no control characters', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
    expect(terminalText(report)).toMatch(/^[^\x00-\x08\x0b-\x1f\x7f]*[^\n]\n$/);
  });
});

function empty(): Report {
  return {
    ...unsafe,
    verdict: 'invalid',
    failures: [],
    operationsDetail: [],
    operations: 0,
    timeline: [],
    sectors: [],
    gapsTouched: [],
    cost: { ...unsafe.cost, erasesBySector: {} },
  };
}

describe('report.html', () => {
  test('report.html, unsafe, the verdict in words is the first text of the page', () => {
    const body = reportHtml(unsafe).split('<body>')[1]!;
    const words = body.replace(/<[^>]*>/g, '\n').trim();
    expect(words.split('\n')[0]).toBe('NOT SAFE');
  });

  test('report.html, every failure up to 200 has its replay line once', () => {
    const page = reportHtml(manyFailures(200));
    for (let i = 0; i < 200; i++) {
      expect(page.split(`replay-number-${i}.`)).toHaveLength(2);
    }
    expect(page).not.toContain('more failure');
  });

  test('report.html, 201 failures, 200 shown and the rest counted', () => {
    const page = reportHtml(manyFailures(201));
    expect(page.match(/class="replay"/g)).toHaveLength(200);
    expect(page).toContain('1 more failure');
  });

  test('report.html, one place with 500 failures beside others, each place shows some', () => {
    const [first, ...others] = unsafe.failures;
    const report = { ...unsafe, failures: [...Array(500).fill(first), ...others] };
    const page = reportHtml(report);
    const elsewhere = others.filter(({ fault }) => !fault.startsWith('cut@op=7+'));
    expect(elsewhere).toHaveLength(4);
    for (const { replay } of elsewhere) expect(page.includes(replay), replay).toBe(true);
    expect(page.match(/class="replay"/g)).toHaveLength(200);
  });

  test('report.html, a block hit by an erase and a program, coloured by the worse of the two', () => {
    const page = reportHtml(unsafe);
    const title = /<path d="[^"]*" fill="url\(#o-(\w+)\)"><title>0x02000–/.exec(page);
    expect(title?.[1]).toBe('bricked');
  });

  test('report.html, both colour schemes are styled', () => {
    expect(reportHtml(unsafe)).toContain('@media (prefers-color-scheme: dark)');
  });
});

describe('junit.xml', () => {
  const testcases = (xml: string) => xml.match(/<testcase /g)?.length;

  test('junit.xml, one case for each flash operation and one for the update', () => {
    expect(testcases(junitXml(unsafe))).toBe(unsafe.operations + 1);
  });

  test('junit.xml, failures by operation, counts agree and each has its replay line', () => {
    const xml = junitXml(unsafe);
    expect(xml.match(/<failure /g)).toHaveLength(3);
    expect(xml).toContain('failures="3" errors="0"');
    for (const { replay } of unsafe.failures) expect(xml).toContain(replay);
  });

  test('junit.xml, a failure without a cut, the update case fails', () => {
    const failure = { ...unsafe.failures[0]!, fault: '' };
    const xml = junitXml({ ...unsafe, failures: [failure] });
    expect(xml).toMatch(/name="the update, [^"]*">\n\s*<failure type="bricked|unresponsive"/);
  });

  test.each(['invalid', 'unsafe'] as const)(
    'junit.xml, %s without failures, an error',
    (verdict) => {
      const xml = junitXml({ ...unsafe, verdict, failures: [] });
      expect(xml).toContain('failures="0" errors="1"');
      expect(xml).toMatch(/<error type="\w+" message="(NO VERDICT|NOT SAFE): /);
    },
  );

  test('junit.xml, safe, nothing failed', () => {
    expect(junitXml(exampleReport('safe', 6))).toContain('failures="0" errors="0"');
  });
});

describe('terminal', () => {
  test('terminal summary, no colour asked for, no escape sequences', () => {
    expect(terminalText(unsafe)).not.toContain('\u001b');
  });
  test('terminal summary, colour asked for, the verdict is red or green', () => {
    expect(terminalText(unsafe, { color: true })).toContain('\u001b[31mNOT SAFE');
    expect(terminalText(exampleReport('safe', 6), { color: true })).toContain('\u001b[32mSAFE');
  });
  test('terminal summary, neighbouring operations of one kind and caller, told as one place', () => {
    const wide = terminalText(exampleReport('unsafe', 128));
    expect(wide).toContain(
      'bricked in 14 runs: power cut at operations 131-137, erases in sectors 2-8 by boot_copy',
    );
  });
  test('timeline, seconds with microseconds, label, and text on one line', () => {
    const entries = [
      { atUs: 0, kind: 'power-on', text: 'on' },
      { atUs: 1_500_001, kind: 'cut', text: 'a\nb' },
    ] as const;
    expect(timelineText(entries)).toEqual([
      '0.000000 s  power    on',
      '1.500001 s  CUT      a\\nb',
    ]);
  });
});

describe('words', () => {
  test('outcomes, worst first, every outcome of the contract once', () => {
    expect([...WORST_FIRST].sort()).toEqual([...OUTCOMES].sort());
    expect(WORST_FIRST[0]).toBe('bricked');
  });

  test.each([
    [0, '0 us'],
    [999, '999 us'],
    [1000, '1.00 ms'],
    [99_940, '99.9 ms'],
    [1_000_000, '1.00 s'],
    [59_900_000, '59.9 s'],
    [61_000_000, '1 min 1 s'],
    [3_723_400_000, '62 min 3 s'],
  ])('duration, %i us, %s', (us, text) => {
    expect(duration(us)).toBe(text);
  });

  test('counts, one and many, singular, plural and grouped digits', () => {
    expect([counted(1, 'run'), counted(0, 'run'), counted(1234567, 'run')]).toEqual([
      '1 run',
      '0 runs',
      '1,234,567 runs',
    ]);
  });

  test('visible, control characters and half a surrogate pair, shown and not sent', () => {
    expect(visible('a\u001b\u0085\ud800b\n\u{1f600}')).toBe('a\\x1b\\x85\ufffdb\n\u{1f600}');
  });

  test.each(['cut@op=17+0.5 torn=weak-bits', `a "b" $HOME \`id\` \\ 'c' !x`, 'a  b'])(
    'replay command, %j, a shell hands the line over unchanged',
    (line) => {
      const command = replayCommand(line).replace('npx flashrig replay', 'printf %s');
      expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe(line);
    },
  );
});
