/** Whether an update fits into the application space of its target; if not, how many bytes are missing.
 *  Source: firmware-fixtures/atmega32u4 (image, free pages, staged patch, log); the agent refuses the same.
 *  Leaves out: the limits of 16-bit fields (envelope.ts). */

import { RigError } from '../errors.ts';
import type { PlanTarget } from './targets.ts';

export interface RoomNeeds {
  /** Bytes of the larger image. */
  readonly imageBytes: number;
  /** Bytes of the staged patch; 0 where nothing is staged. */
  readonly patchBytes: number;
  readonly journal: boolean;
}

/** @param what the update in words, for errors. @throws with the missing bytes. */
export function checkRoom(target: PlanTarget, what: string, needs: RoomNeeds): void {
  const room = target.applicationEnd - target.applicationAddress;
  const { delta } = target;
  const page = delta?.pageBytes ?? 1;
  const whole = (bytes: number) => Math.ceil(bytes / page) * page;
  const shares: [string, number][] = [
    ['image', whole(needs.imageBytes)],
    ['patch', whole(needs.patchBytes)],
    ['journal', needs.journal ? (delta?.leastSparePages ?? 0) * page : 0],
    ['log', (delta?.logPages ?? 0) * page],
  ];
  const needed = shares.reduce((sum, [, bytes]) => sum + bytes, 0);
  if (needed <= room) return;
  const parts = shares
    .filter(([, bytes]) => bytes > 0)
    .map(([name, bytes]) => `${name} ${bytes}`)
    .join(', ');
  const step =
    needs.patchBytes === 0
      ? 'Make the image smaller.'
      : 'Make the image smaller, or send it in full.';
  throw new RigError('PLAN_NO_ROOM', { what, needed, parts, room, missing: needed - room, step });
}

/** Where a staged patch begins: it ends, in whole pages, at the log. */
export function patchAddressOf(target: PlanTarget, fileBytes: number): number {
  const { delta } = target;
  if (delta === null) return target.applicationEnd;
  const pages = Math.ceil(fileBytes / delta.pageBytes) + delta.logPages;
  return target.applicationEnd - pages * delta.pageBytes;
}
