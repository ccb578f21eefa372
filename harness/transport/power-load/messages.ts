/** Messages of the power-load protocol: what the station asks and what the terminal says.
 *  Source: decision 0001; application layer of Q/GDW 376.1-2009 as in the reference sheet, sections 3 and 4.
 *  Leaves out: AFN 01, 03-05, 08, 0A, 0B, 0D, 0E, 10. */

import type { Dialect } from '../dialects.ts';
import { type Address, DIR, type Frame, PRM } from '../ft12/frame.ts';
import {
  CONTROL_CONFIRM,
  FUNCTION_DATA,
  FUNCTION_READ,
  type LinkNumbers,
  replySeq,
  requestControl,
  requestSeq,
} from '../ft12/link.ts';
import { encodeSegment, FILE_CLEAR, type FileSegment, getLittle } from './file.ts';
import { encodeUnitFrame, parseUnit, type Unit } from './units.ts';
import { BLOCK_BYTES, xteaEncrypt } from './xtea.ts';

export const AFN = {
  confirm: 0x00,
  linkTest: 0x02,
  authenticate: 0x06,
  configuration: 0x09,
  class1: 0x0c,
  file: 0x0f,
} as const;

/** What a station asks for. */
export type Request =
  | { readonly ask: 'link-test' | 'clear' | 'missing' | 'version' | 'clock' }
  | { readonly ask: 'readings'; readonly point: number }
  | { readonly ask: 'authenticate'; readonly challenge: Uint8Array }
  | { readonly ask: 'segment'; readonly segment: FileSegment };

export interface StationConfig {
  readonly dialect: Dialect;
  readonly address: Address;
  /** 16 bytes for AFN 06; its first two, low byte first, are the key of the 2-byte password. */
  readonly key: Uint8Array;
}

const CLEAR: FileSegment = {
  fileId: FILE_CLEAR,
  attribute: 0,
  instruction: 0,
  total: 0,
  index: 0,
  data: new Uint8Array(0),
};

/** The frame of a request under its link numbers. */
export function encodeRequest(
  request: Request,
  numbers: LinkNumbers,
  { dialect, address, key }: StationConfig,
): Uint8Array {
  const set = { control: requestControl(FUNCTION_DATA, numbers, dialect.frameCountBit) };
  const read = { control: requestControl(FUNCTION_READ, numbers, dialect.frameCountBit) };
  const common = { address, seq: requestSeq(numbers.pseq), key16: key[0]! | (key[1]! << 8) };
  const encode = (unit: { control: number; afn: number; fn: number; [field: string]: unknown }) =>
    encodeUnitFrame({ ...common, ...unit }, dialect);
  switch (request.ask) {
    case 'link-test':
      return encode({ ...read, afn: AFN.linkTest, fn: 1 });
    case 'authenticate': {
      const { challenge } = request;
      const password = xteaEncrypt(key, challenge);
      return encode({ ...set, afn: AFN.authenticate, fn: 2, content: challenge, password });
    }
    case 'clear':
      return encode({ ...set, afn: AFN.file, fn: 1, content: encodeSegment(CLEAR, dialect) });
    case 'segment': {
      const content = encodeSegment(request.segment, dialect);
      return encode({ ...set, afn: AFN.file, fn: 1, content });
    }
    case 'missing':
      return encode({ ...read, afn: AFN.class1, fn: 14 });
    case 'version':
      return encode({ ...read, afn: AFN.configuration, fn: 1 });
    case 'clock':
      return encode({ ...read, afn: AFN.class1, fn: 2 });
    case 'readings':
      return encode({ ...read, afn: AFN.class1, fn: 25, point: request.point });
  }
}

/** AFN 00 F1 in answer to a frame that the terminal sent of its own accord. */
export const encodeConfirmation = (spontaneous: Frame, dialect: Dialect): Uint8Array =>
  encodeUnitFrame(
    {
      control: CONTROL_CONFIRM,
      address: spontaneous.address,
      afn: AFN.confirm,
      seq: replySeq(spontaneous.seq),
      fn: 1,
    },
    dialect,
  );

export interface VersionInfo {
  readonly vendor: string;
  readonly device: string;
  readonly software: string;
  /** yymmdd. */
  readonly softwareDate: string;
  readonly capacity: string;
  readonly protocol: string;
  readonly hardware: string;
  readonly hardwareDate: string;
}

export interface ClockTime {
  readonly second: number;
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  /** 1 Monday .. 7 Sunday; 0 not given. */
  readonly weekday: number;
  readonly month: number;
  /** Two digits. */
  readonly year: number;
}

/** What a terminal says. */
export type Message =
  | { readonly says: 'login' | 'logout' | 'heartbeat' | 'confirm' | 'deny' }
  | {
      readonly says: 'confirm-each';
      readonly afn: number;
      readonly units: readonly { id: Uint8Array; error: number }[];
    }
  | { readonly says: 'authenticated'; readonly response: Uint8Array }
  | { readonly says: 'stored'; readonly index: number }
  | { readonly says: 'missing'; readonly group: number; readonly bitmap: Uint8Array }
  | { readonly says: 'version'; readonly version: VersionInfo }
  | { readonly says: 'clock'; readonly clock: ClockTime }
  | { readonly says: 'readings'; readonly point: number; readonly data: Uint8Array }
  | { readonly says: 'other'; readonly afn: number; readonly fn: number };

/** What a frame from the terminal says; null if it comes from a station or holds no whole unit. */
export function parseMessage(frame: Frame, dialect: Dialect): Message | null {
  if ((frame.control & DIR) === 0) return null;
  const unit = parseUnit(frame, dialect);
  if (unit === null) return null;
  return messageOf(frame.afn, unit) ?? { says: 'other', afn: frame.afn, fn: unit.fn };
}

export const isSpontaneous = (frame: Frame): boolean => (frame.control & PRM) !== 0;

const GROUP_BYTES = 4;
export const BITMAP_BYTES = 128;

function messageOf(afn: number, { fn, point, content }: Unit): Message | null {
  switch (afn) {
    case AFN.confirm:
      if (fn === 1) return { says: 'confirm' };
      return fn === 2 ? { says: 'deny' } : confirmEach(content);
    case AFN.linkTest:
      return LINK_MESSAGES[fn] ?? null;
    case AFN.authenticate:
      return fn === 2 && content.length === 16
        ? { says: 'authenticated', response: content }
        : null;
    case AFN.file:
      if (fn !== 1 || content.length !== 4) return null;
      return { says: 'stored', index: getLittle(content, 0, 4) };
    case AFN.configuration:
      return fn === 1 && content.length === VERSION_BYTES ? versionOf(content) : null;
    case AFN.class1:
      if (fn === 14 && content.length === GROUP_BYTES + BITMAP_BYTES) {
        const bitmap = content.slice(GROUP_BYTES);
        return { says: 'missing', group: getLittle(content, 0, GROUP_BYTES), bitmap };
      }
      if (fn === 2 && content.length === 6) return { says: 'clock', clock: clockOf(content) };
      return fn === 25 ? { says: 'readings', point, data: content } : null;
    default:
      return null;
  }
}

const LINK_MESSAGES: Readonly<Record<number, Message>> = {
  1: { says: 'login' },
  2: { says: 'logout' },
  3: { says: 'heartbeat' },
};

function confirmEach(content: Uint8Array): Message | null {
  const ENTRY_BYTES = 5;
  if (content.length < 1 || (content.length - 1) % ENTRY_BYTES !== 0) return null;
  const units = Array.from({ length: (content.length - 1) / ENTRY_BYTES }, (_, i) => {
    const at = 1 + i * ENTRY_BYTES;
    return { id: content.slice(at, at + 4), error: content[at + 4]! };
  });
  return { says: 'confirm-each', afn: content[0]!, units };
}

/** AFN 09 F1: vendor 4, device 8, software 4, date 3 BCD, capacity 11, protocol 4, hardware 4, date 3. */
const VERSION_BYTES = 41;

function versionOf(content: Uint8Array): Message {
  const text = (at: number, bytes: number) =>
    String.fromCharCode(...content.subarray(at, at + bytes)).replace(/[\0 ]+$/, '');
  const date = (at: number) => [2, 1, 0].map((i) => hex2(content[at + i]!)).join('');
  const version: VersionInfo = {
    vendor: text(0, 4),
    device: text(4, 8),
    software: text(12, 4),
    softwareDate: date(16),
    capacity: text(19, 11),
    protocol: text(30, 4),
    hardware: text(34, 4),
    hardwareDate: date(38),
  };
  return { says: 'version', version };
}

/** AFN 0C F2: BCD s, min, h, day, week (7:5) with month (4:0), year. */
function clockOf(content: Uint8Array): ClockTime {
  const bcd = (byte: number) => (byte >>> 4) * 10 + (byte & 0xf);
  const [second, minute, hour, day, weekMonth, year] = [...content] as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    second: bcd(second),
    minute: bcd(minute),
    hour: bcd(hour),
    day: bcd(day),
    weekday: weekMonth >>> 5,
    month: bcd(weekMonth & 0x1f),
    year: bcd(year),
  };
}

const hex2 = (byte: number): string => byte.toString(16).padStart(2, '0');

/** The answer that proves the terminal's key: XTEA of the challenge with its bytes reversed, then zeros. */
export function expectedResponse(key: Uint8Array, challenge: Uint8Array): Uint8Array {
  const response = new Uint8Array(2 * BLOCK_BYTES);
  response.set(xteaEncrypt(key, challenge.slice().reverse()));
  return response;
}

/** AFN 00 F2, or AFN 00 F3 with an error for this AFN. */
export const isRefusal = (message: Message, afn: number): boolean =>
  message.says === 'deny' ||
  (message.says === 'confirm-each' &&
    message.afn === afn &&
    message.units.some((unit) => unit.error !== 0));
