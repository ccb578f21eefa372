/** What every fault kind gives: its tokens, how they print, how they parse.
 *  Source: DESIGN.md section 4; STYLE.md rule 6.
 *  Leaves out: doing it to a device; that is the bench's part. */

import { RigError } from '../../errors.ts';
import type { Cut, FaultPlan } from '../fault-plan.ts';

/** A fault plan while it is parsed. */
export interface Draft {
  readonly cuts: Cut[];
  station: FaultPlan['station'] | null;
  line: string | null;
  seed: number | null;
  readonly stationRestarts: number[];
}

/** One word of the text. */
export interface Token {
  readonly text: string;
  /** Position of its first character in `whole`, 1-based. */
  readonly at: number;
  readonly whole: string;
}

export interface FaultKind {
  readonly summary: string;
  /** What its tokens look like, for messages and documents. */
  readonly forms: readonly string[];
  /** Its tokens of a plan, in order. */
  print(plan: FaultPlan): string[];
  /** Take the token into the draft. @returns false if it belongs to another kind. */
  parse(token: Token, draft: Draft): boolean;
}

/** @param offset of the wrong part in the token, 0-based. */
export function refuse(token: Token, offset: number, problem: string, expected: string): never {
  throw new RigError('FAULT_SYNTAX', {
    text: token.whole,
    at: token.at + offset,
    problem,
    expected,
  });
}

/** A whole number, decimal or 0x..., up to `max`; anything else is refused at `offset`. */
export function wholeNumber(token: Token, text: string, offset: number, max = 0xffff_ffff): number {
  const value = /^(\d+|0x[0-9a-f]+)$/i.test(text) ? Number(text) : Number.NaN;
  if (value <= max) return value;
  const expected = `a whole number from 0 to ${max}`;
  return refuse(token, offset, `"${text}" is no such number`, expected);
}

export const hex = (value: number): string => `0x${value.toString(16)}`;
