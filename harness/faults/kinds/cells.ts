/** Fault kind `cells`: a bit that is stuck or reads differently each time, a sector worn by earlier erases.
 *  Source: DESIGN.md section 4; addresses are byte addresses of the chip, bit 0 is the lowest.
 *  Leaves out: faults of whole rows or columns. */

import type { CellFault } from '../fault-plan.ts';
import { type FaultKind, hex, refuse, type Token, wholeNumber } from './kind.ts';

const CELL = 'cell@';
const WORN = 'worn@sector=';

export const cells: FaultKind = {
  summary: 'stuck or weak bits, a worn sector',
  forms: ['cell@ADDRESS.BIT=stuck-0', '...=stuck-1', '...=weak', 'worn@sector=N+ERASES'],

  print: (plan) => (plan.cells ?? []).map(printCell),

  parse(token, draft) {
    if (token.text.startsWith(WORN)) draft.cells.push(parseWorn(token));
    else if (token.text.startsWith(CELL)) draft.cells.push(parseCell(token));
    else return false;
    return true;
  },
};

function printCell(fault: CellFault): string {
  if (fault.kind === 'worn') return `${WORN}${fault.sector}+${fault.erases}`;
  const state = fault.kind === 'stuck' ? `stuck-${fault.value}` : 'weak';
  return `${CELL}${hex(fault.address)}.${fault.bit}=${state}`;
}

function parseWorn(token: Token): CellFault {
  const [sector = '', erases, ...more] = token.text.slice(WORN.length).split('+');
  if (erases === undefined || more.length > 0) {
    refuse(token, WORN.length, `"${token.text.slice(WORN.length)}"`, 'SECTOR+ERASES');
  }
  return {
    kind: 'worn',
    sector: wholeNumber(token, sector, WORN.length),
    erases: wholeNumber(token, erases, WORN.length + sector.length + 1),
  };
}

function parseCell(token: Token): CellFault {
  const rest = token.text.slice(CELL.length);
  const [, place, bitText, state] = /^([^.=]+)\.([^.=]+)=([^.=]+)$/.exec(rest) ?? [];
  if (place === undefined) refuse(token, CELL.length, `"${rest}"`, 'ADDRESS.BIT=STATE');
  const address = wholeNumber(token, place, CELL.length);
  const bitAt = CELL.length + place.length + 1;
  const bit = wholeNumber(token, bitText!, bitAt, 7);
  if (state === 'stuck-0') return { kind: 'stuck', address, bit, value: 0 };
  if (state === 'stuck-1') return { kind: 'stuck', address, bit, value: 1 };
  if (state === 'weak') return { kind: 'weak', address, bit };
  return refuse(token, bitAt + bitText!.length + 1, `"${state}"`, 'stuck-0, stuck-1 or weak');
}
