/** A report made by hand, for the tests of the report outputs: no run produced it.
 *  The update is a small one of the kind that decision 0001 describes; the bad one trusts a flag word. */

import { LPC2478_SECTORS } from '../../emulator/flash/lpc2000-sectors.ts';
import type { OperationRecord, Report, RunRecord } from '../../harness/report/report.ts';
import { byWorst } from '../../harness/report/words.ts';
import { OUTCOMES, type Outcome } from '../../harness/verdict/verdict.ts';

const APPLICATION = 0x2000;
const STAGING = 0x40000;
const FLAG = 0x7d000;
const ERASE_US = 100_000;
const PROGRAM_US = 1000;
const FRAME_US = 27_000;

interface Draft {
  readonly kind: 'erase' | 'program';
  readonly address: number;
  readonly bytes: number;
  readonly caller: string;
}

const erase = (address: number, caller: string): Draft => {
  const bytes = LPC2478_SECTORS.find((sector) => sector.address === address)!.bytes;
  return { kind: 'erase', address, bytes, caller };
};
const programs = (address: number, count: number, caller: string): Draft[] =>
  Array.from({ length: count }, (_, i) => {
    return { kind: 'program', address: address + i * 256, bytes: 256, caller };
  });

/** @param segments of 256 bytes that the new image has. */
export function exampleReport(verdict: 'safe' | 'unsafe', segments = 20): Report {
  const sectors = LPC2478_SECTORS.filter(
    ({ address }) => address >= APPLICATION && address < APPLICATION + segments * 256,
  );
  const drafts = [
    erase(STAGING, 'agent_clear'),
    ...programs(STAGING, segments, 'agent_store'),
    erase(FLAG, 'agent_set_flag'),
    ...programs(FLAG, 1, 'agent_set_flag'),
    ...sectors.map(({ address }) => erase(address, 'boot_copy')),
    ...programs(APPLICATION, segments, 'boot_copy'),
    erase(FLAG, 'boot_clear_flag'),
    ...programs(FLAG, 1, 'boot_clear_flag'),
  ];
  const bad = verdict === 'unsafe' ? (draft: Draft) => badRuns(draft) : () => [];
  const operations: OperationRecord[] = [];
  const failures: RunRecord[] = [];
  const timeline = [{ atUs: 0, kind: 'power-on', text: 'power on' }];
  let now = 1_500_000;
  timeline.push({ atUs: 40_000, kind: 'console', text: 'TRM boot, application 1.00' });
  timeline.push({ atUs: 60_000, kind: 'frame-up', text: 'AFN 02 F1 login' });
  for (const [index, draft] of drafts.entries()) {
    if (draft.caller === 'agent_store') {
      timeline.push({ atUs: now, kind: 'frame-down', text: `AFN 0F F1 segment ${index - 1}` });
      now += FRAME_US;
    }
    const endUs = now + (draft.kind === 'erase' ? ERASE_US : PROGRAM_US);
    const found = bad(draft);
    for (const run of found) failures.push(failureOf(index, run));
    const outcomes = outcomesOf(draft, found.length);
    for (const { outcome } of found) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const worst = (Object.keys(outcomes) as Outcome[]).sort(byWorst)[0]!;
    operations.push({ index, ...draft, startUs: now, endUs, outcomes, worst });
    now = endUs;
    if (draft.caller === 'agent_store') {
      timeline.push({ atUs: now, kind: 'frame-up', text: `AFN 0F F1 stored ${index - 1}` });
    }
    if (draft.caller === 'agent_set_flag' && draft.kind === 'program') {
      timeline.push({ atUs: now + 20_000, kind: 'reset', text: 'watchdog reset' });
      timeline.push({ atUs: now + 23_000, kind: 'console', text: 'TRM boot, copying' });
      now += 25_000;
    }
  }
  timeline.push({ atUs: now + 4000, kind: 'console', text: 'TRM boot, application 1.01 <ok>' });
  timeline.push({ atUs: now + 30_000, kind: 'frame-down', text: 'AFN 09 F1 version' });
  timeline.push({ atUs: now + 60_000, kind: 'frame-up', text: 'AFN 09 F1 version 1.01' });
  const totals = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Report['outcomes'];
  for (const { outcomes } of operations) {
    for (const outcome of OUTCOMES) totals[outcome] += outcomes[outcome] ?? 0;
  }
  const runs = Object.values(totals).reduce((sum, count) => sum + count, 0);
  return {
    schema: 1,
    flashrig: '0.1.0',
    verdict,
    headline: HEADLINES[verdict],
    request: {
      board: 'lpc2478-terminal',
      scheme: 'full',
      scenario: verdict === 'safe' ? null : 'flag-without-check',
      boot: { name: 'boot.hex', sha256: 'b007'.repeat(16), bytes: 3872, version: null },
      from: { name: 'v1.hex', sha256: 'a1'.repeat(32), bytes: segments * 250, version: '1.00' },
      to: { name: 'v2.hex', sha256: 'c2'.repeat(32), bytes: segments * 256, version: '1.01' },
      cuts: 'linear',
      line: '',
      seed: 24301,
    },
    operations: operations.length,
    runs,
    distinctStates: Math.round(runs / 7),
    outcomes: totals,
    invalidRuns: 0,
    failures,
    operationsDetail: operations,
    timeline,
    cost: {
      bytesSent: segments * 300 + 120,
      framesSent: segments + 4,
      repeats: 0,
      flashErases: operations.filter(({ kind }) => kind === 'erase').length,
      flashPrograms: operations.filter(({ kind }) => kind === 'program').length,
      deviceTimeUs: now + 60_000,
      erasesBySector: Object.fromEntries([
        ...sectors.map(({ index }) => [index, 1]),
        [15, 1],
        [27, 2],
      ]),
      comparison: [],
    },
    gapsTouched: [
      { kind: 'gap-register', where: 'PCONP', detail: 'power per peripheral', count: 3 },
    ],
    sectors: LPC2478_SECTORS,
    wallSeconds: 12.4,
    workers: 2,
    peakMemoryBytes: 412_000_000,
  };
}

const HEADLINES = {
  safe: 'No power cut at any flash operation leaves the device without a running program.',
  unsafe:
    'A power cut while the start flag is rewritten, or while the loader copies, leaves the device dead.',
};

interface BadRun {
  readonly outcome: Outcome;
  readonly station: 'silent' | 'resumes';
  readonly at: string;
  readonly evidence: readonly string[];
}

/** The mistake: the flag alone decides, and nobody looks at the application before it is started. */
function badRuns({ kind, caller }: Draft): BadRun[] {
  const both = ['silent', 'resumes'] as const;
  if (caller === 'agent_set_flag' && kind === 'erase') {
    return both.flatMap((station) =>
      ['+0.5 torn=random-bits', '+0.9 torn=marginal-erase', '+after'].map((at) => {
        const evidence = ['flag reads FFFFFFFF: the loader knows no such word', 'no console line'];
        return { outcome: 'unresponsive', station, at, evidence } as const;
      }),
    );
  }
  if (caller === 'boot_clear_flag' && kind === 'erase') {
    return both.map((station) => {
      const evidence = ['the vectors do not sum to zero', 'ROM loader answers on UART0 only'];
      return { outcome: 'needs-programmer', station, at: '+0.5 torn=weak-bits', evidence } as const;
    });
  }
  if (caller === 'boot_copy' && kind === 'erase') {
    return both.map((station) => {
      const evidence = ['flag reads AAAAAAAA', 'application <blank> & nothing answers at 115200'];
      return { outcome: 'bricked', station, at: '+after', evidence } as const;
    });
  }
  return [];
}

function outcomesOf({ caller }: Draft, failed: number): Partial<Record<Outcome, number>> {
  const good = 28 - failed;
  if (caller.startsWith('agent')) return { updated: good / 2, 'kept-old': good / 2 };
  return { updated: good };
}

const failureOf = (index: number, { outcome, station, at, evidence }: BadRun): RunRecord => {
  const fault = `cut@op=${index}${at}`;
  const images = 'boot=b007b007 from=a1a1a1a1 to=c2c2c2c2';
  const replay = `lpc2478-terminal full ${images} ${fault} station=${station} seed=0x5eed`;
  return { outcome, station, fault, replay, evidence };
};
