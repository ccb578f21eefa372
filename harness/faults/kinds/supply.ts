/** Fault kind `supply`: the voltage falls slowly, or dips and comes back, from flash operation n on.
 *  Source: DESIGN.md section 4.
 *  Leaves out: noise on the supply and several rails. */

import type { SupplyFault } from '../fault-plan.ts';
import { type FaultKind, refuse, type Token, wholeNumber } from './kind.ts';

const RAMP = 'ramp@op=';
const DIP = 'dip@op=';

export const supply: FaultKind = {
  summary: 'a slow fall of the supply, or a dip that comes back',
  forms: ['ramp@op=N+TIMEus', 'dip@op=N+MILLIVOLTSmV+TIMEus'],

  print: (plan) => (plan.supply ?? []).map(printSupply),

  parse(token, draft) {
    if (token.text.startsWith(RAMP)) draft.supply.push(parseRamp(token));
    else if (token.text.startsWith(DIP)) draft.supply.push(parseDip(token));
    else return false;
    return true;
  },
};

const printSupply = (fault: SupplyFault): string =>
  fault.kind === 'ramp'
    ? `${RAMP}${fault.operation}+${fault.overUs}us`
    : `${DIP}${fault.operation}+${fault.toMillivolts}mV+${fault.forUs}us`;

function parseRamp(token: Token): SupplyFault {
  const [operation, overUs] = quantities(token, RAMP, ['', 'us'], 'N+TIMEus');
  return { kind: 'ramp', operation: operation!, overUs: overUs! };
}

function parseDip(token: Token): SupplyFault {
  const form = 'N+MILLIVOLTSmV+TIMEus';
  const [operation, toMillivolts, forUs] = quantities(token, DIP, ['', 'mV', 'us'], form);
  return { kind: 'dip', operation: operation!, toMillivolts: toMillivolts!, forUs: forUs! };
}

/** Whole numbers with these units, joined by `+`. */
function quantities(
  token: Token,
  prefix: string,
  units: readonly string[],
  form: string,
): number[] {
  const parts = token.text.slice(prefix.length).split('+');
  if (parts.length !== units.length) {
    refuse(token, prefix.length, `"${parts.join('+')}"`, form);
  }
  let at = prefix.length;
  return parts.map((part, i) => {
    const unit = units[i]!;
    if (!part.endsWith(unit)) refuse(token, at, `"${part}"`, `a number with unit ${unit}`);
    const value = wholeNumber(token, part.slice(0, part.length - unit.length), at);
    at += part.length + 1;
    return value;
  });
}
