/** The sentences of a proof: what was found, and what it does not say.
 *  Leaves out: tables and pictures (harness/report). */

import type { EquivalenceReport, PlacedDifference } from './equivalence.ts';
import { PATCH_AREA } from './names.ts';
import { CRASH } from './program-run.ts';

type Facts = Omit<EquivalenceReport, 'headline' | 'notes'>;

export function headlineOf(report: Facts): string {
  const { verdict, difference, swaps, channels, secondsCompared } = report;
  if (difference !== null) return differenceText(difference);
  const outputs = channels.reduce((sum, { equal }) => sum + equal, 0);
  const during = `in ${secondsCompared} s`;
  if (verdict === 'different') {
    return `${counted(swaps.count, 'output comes', 'outputs come')} in another order between channels ${during}.`;
  }
  if (verdict === 'nothing-observed') return `No output came ${during}: nothing was compared.`;
  const on = counted(channels.length, 'channel');
  const worst = Math.round(Math.abs(report.timing?.total.worstUs ?? 0));
  const late = worst === 0 ? '' : `, at most ${worst} us apart`;
  return `${counted(outputs, 'output')} on ${on} ${during}, the same and in the same order${late}.`;
}

export function differenceText({
  channel,
  number,
  modified,
  new: fresh,
}: PlacedDifference): string {
  const what = `${channel}, output ${number}`;
  if (modified === null) return `${what}: "${fresh!.value}" never comes from the modified program.`;
  if (fresh === null) return `${what}: "${modified.value}" comes from the modified program alone.`;
  return `${what}: "${modified.value}" from the modified program, "${fresh.value}" from the new one.`;
}

/** @param limit outputs at which the run was ended, or null. */
export function notesOf(report: Facts, limit: number | null): string[] {
  return [
    ...limitNotes(report, limit),
    ...crashNotes(report),
    ...coverageNotes(report),
    ...patchNotes(report),
    ...inputNotes(report),
    ...swapNotes(report),
    ...eventNotes(report),
  ];
}

function limitNotes(
  { secondsAsked, secondsCompared, difference }: Facts,
  limit: number | null,
): string[] {
  if (limit !== null)
    return [`Ended after ${limit} outputs; ${secondsCompared} of ${secondsAsked} s.`];
  if (difference === null || secondsCompared >= secondsAsked) return [];
  return [`Ended at the first difference, after ${secondsCompared} of ${secondsAsked} s.`];
}

const crashNotes = ({ channels }: Facts): string[] =>
  channels
    .filter(({ channel }) => channel === CRASH)
    .map(({ modified, new: fresh }) => {
      const who = modified > 0 && fresh > 0 ? 'Both programs' : 'One program';
      return `${who} met an undefined instruction, and ran no further.`;
    });

function coverageNotes({ coverage, new: file }: Facts): string[] {
  const { instructions, executed, functions, hasSymbols } = coverage.new;
  const untouched = functions.filter((one) => one.executed === 0).length;
  const left = instructions - executed;
  const notes: string[] = [];
  if (!hasSymbols) {
    notes.push(
      `${file.name} has no functions, and no ELF lies beside it: data counts as code below.`,
    );
  }
  if (left > 0) {
    const of = `${left} of ${instructions} instructions of ${file.name}`;
    const whole = hasSymbols ? `, ${counted(untouched, 'whole function')} among them` : '';
    notes.push(`Nothing is proven for what did not run: ${of}${whole}.`);
  }
  return notes;
}

const patchNotes = ({ modified, new: fresh }: Facts): string[] =>
  [modified, fresh].flatMap(({ name, patchBytes }) =>
    patchBytes === 0
      ? []
      : [
          `${patchBytes} bytes of ${name} lie in RAM (${PATCH_AREA}): the bench put them there at each reset; on a node its runtime makes them again from external flash.`,
        ],
  );

function inputNotes({ stimulus, difference }: Facts): string[] {
  const { inputs, givenToModified, givenToNew } = stimulus;
  if (difference !== null || (givenToModified === inputs && givenToNew === inputs)) return [];
  return [
    `Of ${inputs} inputs the modified program got ${givenToModified}, the new one ${givenToNew}: the others were for a later time, or for outputs that did not come.`,
  ];
}

function swapNotes({ swaps, totalOrder }: Facts): string[] {
  if (swaps.count === 0) return [];
  const [one] = swaps.examples;
  const example =
    one === undefined
      ? ''
      : `; first: ${one.first.channel} "${one.first.value}" and ${one.second.channel} "${one.second.value}", ${Math.round(one.freshUs)} us apart in the new program, ${Math.round(one.modifiedUs)} us in the modified one`;
  const counts = totalOrder ? '' : ' Each channel for itself is in order.';
  return [
    `${counted(swaps.count, 'output swaps', 'outputs swap')} with one of another channel${example}.${counts}`,
  ];
}

const MAX_EVENT_NOTES = 4;

/** What one program does to the chip that the other does not. */
function eventNotes({ events }: Facts): string[] {
  const only = (ours: Facts['events']['new'], theirs: Facts['events']['new'], who: string) => {
    const own = ours.filter(
      (one) => !theirs.some(({ kind, where }) => kind === one.kind && where === one.where),
    );
    const hidden = own.length - MAX_EVENT_NOTES;
    return [
      ...own
        .slice(0, MAX_EVENT_NOTES)
        .map(
          ({ kind, where, detail, count }) =>
            `Only the ${who} program: ${kind} at ${where}, ${counted(count, 'time')} (${detail}).`,
        ),
      ...(hidden > 0 ? [`Only the ${who} program: ${counted(hidden, 'more kind')} of these.`] : []),
    ];
  };
  return [
    ...only(events.modified, events.new, 'modified'),
    ...only(events.new, events.modified, 'new'),
  ];
}

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
