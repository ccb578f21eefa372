/** Data unit identifiers DA (points) and DT (functions), and the AUX fields behind the units.
 *  Source: Q/GDW 376.1-2009 and 130-2005, data unit identifier and AUX, as in the reference sheet, section 2.
 *  Leaves out: frames with several data units, which no message of decision 0001 uses. */

import type { Dialect } from '../dialects.ts';
import { ACD, DIR, encodeFrame, type Frame, TPV } from '../ft12/frame.ts';
import { password16 } from './checks.ts';

/** DA1, DA2 of measuring point p0, p1...; p0 is the terminal itself. */
export function encodePoint(point: number, dialect: Dialect): [number, number] {
  const last = dialect.points === 'binary' ? 2040 : 64;
  if (!Number.isInteger(point) || point < 0 || point > last)
    throw new RangeError(`point p${point} does not exist in dialect ${dialect.name}`);
  if (point === 0) return [0, 0];
  const group = (point - 1) >>> 3;
  return [1 << ((point - 1) & 7), dialect.points === 'binary' ? group + 1 : 1 << group];
}

/** The points that DA names, ascending; 'all' for FF 00 of 376.1. With masks a set is a cross product. */
export function decodePoints(da1: number, da2: number, dialect: Dialect): number[] | 'all' {
  if (da1 === 0 && da2 === 0) return [0];
  if (dialect.points === 'binary') {
    if (da2 === 0) return da1 === 0xff ? 'all' : [];
    return bitsOf(da1).map((bit) => (da2 - 1) * 8 + bit + 1);
  }
  return bitsOf(da2).flatMap((group) => bitsOf(da1).map((bit) => group * 8 + bit + 1));
}

/** DT1, DT2 of function F1..F248. */
export function encodeFunction(fn: number): [number, number] {
  if (!Number.isInteger(fn) || fn < 1 || fn > 248) throw new RangeError(`F${fn} does not exist`);
  return [1 << ((fn - 1) & 7), (fn - 1) >>> 3];
}
export const decodeFunctions = (dt1: number, dt2: number): number[] =>
  bitsOf(dt1).map((bit) => dt2 * 8 + bit + 1);

const bitsOf = (byte: number): number[] =>
  [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte & (1 << bit)) !== 0);

export const UNIT_ID_BYTES = 4;
const EC_BYTES = 2;
const TP_BYTES = 6;
/** AFNs whose frames to the terminal carry a password. */
const WITH_PASSWORD: readonly number[] = [0x01, 0x04, 0x05, 0x06, 0x0f, 0x10];

export interface Unit {
  readonly point: number;
  readonly fn: number;
  readonly content: Uint8Array;
  /** PW; null where the frame has none. */
  readonly password: Uint8Array | null;
  /** EC1, EC2 of a frame with ACD set. */
  readonly eventCounters: readonly [number, number] | null;
  /** Tp as sent: PFC, s, min, h, day, allowed delay. */
  readonly timeTag: Uint8Array | null;
}

/** The one data unit of a frame, or null if the frame has no whole unit for one point and function. */
export function parseUnit(frame: Frame, dialect: Dialect): Unit | null {
  const { data } = frame;
  let end = data.length;
  const takeLast = (bytes: number) => {
    end -= bytes;
    return end < UNIT_ID_BYTES ? null : data.slice(end, end + bytes);
  };
  const isUp = (frame.control & DIR) !== 0;
  const timeTag = (frame.seq & TPV) !== 0 ? takeLast(TP_BYTES) : null;
  const counters = isUp && (frame.control & ACD) !== 0 ? takeLast(EC_BYTES) : null;
  const hasPassword = !isUp && WITH_PASSWORD.includes(frame.afn);
  const password = hasPassword ? takeLast(dialect.passwordBytes) : null;
  if (end < UNIT_ID_BYTES) return null;
  const points = decodePoints(data[0]!, data[1]!, dialect);
  const fn = functionOf(frame.afn, data[2]!, data[3]!);
  if (points === 'all' || points.length !== 1 || fn === null) return null;
  return {
    point: points[0]!,
    fn,
    content: data.slice(UNIT_ID_BYTES, end),
    password,
    eventCounters: counters === null ? null : [counters[0]!, counters[1]!],
    timeTag,
  };
}

function functionOf(afn: number, dt1: number, dt2: number): number | null {
  // A recorded master encodes AFN 00 F3 as the number 3, not as bit 2; F1 and F2 together mean nothing there.
  if (afn === 0x00 && dt1 === 0x03 && dt2 === 0) return 3;
  const functions = decodeFunctions(dt1, dt2);
  return functions.length === 1 ? functions[0]! : null;
}

export interface UnitFrame extends Omit<Frame, 'data'> {
  readonly point?: number;
  readonly fn: number;
  readonly content?: Uint8Array;
  /** The 16-byte PW of 376.1; zeros where left out. Other dialects compute theirs from `key16`. */
  readonly password?: Uint8Array;
  /** Key of the 2-byte password of 2004/130. */
  readonly key16?: number;
  readonly timeTag?: Uint8Array;
}

/** A frame with one data unit and the AUX fields that its AFN asks for. */
export function encodeUnitFrame(unit: UnitFrame, dialect: Dialect): Uint8Array {
  const { control, address, afn, fn } = unit;
  const seq = unit.timeTag === undefined ? unit.seq : unit.seq | TPV;
  const id = [...encodePoint(unit.point ?? 0, dialect), ...encodeFunction(fn)];
  const parts: (Uint8Array | number[])[] = [id, unit.content ?? []];
  if ((control & DIR) === 0 && WITH_PASSWORD.includes(afn)) {
    const { region, terminal, a3 } = address;
    const head = [control, region & 0xff, region >>> 8, terminal & 0xff, terminal >>> 8, a3];
    parts.push(passwordField(unit, Uint8Array.from([...head, afn, seq, ...id]), dialect));
  }
  if (unit.timeTag !== undefined) parts.push(unit.timeTag);
  const data = Uint8Array.from(parts.flatMap((part) => [...part]));
  return encodeFrame({ control, address, afn, seq, data }, dialect);
}

/** @param head C to DT2 of the first data unit, 12 bytes: what the 2-byte password covers. */
function passwordField(unit: UnitFrame, head: Uint8Array, dialect: Dialect): Uint8Array {
  const field = new Uint8Array(dialect.passwordBytes);
  if (dialect.passwordBytes === 16) {
    field.set(unit.password ?? []);
    return field;
  }
  const value = password16(unit.key16 ?? 0, head);
  field.set([value & 0xff, value >>> 8]);
  return field;
}
